import { applyDecorators } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { RouteAccess } from './access.js';

/** For everybody: the guard requires no token, and the OpenAPI document marks the route as public. */
export const Public = () => applyDecorators(RouteAccess('public'), ApiSecurity({}));
