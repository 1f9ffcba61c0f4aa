import { applyDecorators } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { RouteAccess } from './access.js';

/** For everybody: the guard asks for no token, and the documentation says so. */
export const Public = () => applyDecorators(RouteAccess('public'), ApiSecurity({}));
