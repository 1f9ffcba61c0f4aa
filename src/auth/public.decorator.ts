import { applyDecorators } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { RouteAccess } from './access.js';

/** Public route: the guard requires no token, and the OpenAPI document marks it as public. */
export const Public = () => applyDecorators(RouteAccess('public'), ApiSecurity({}));
