import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { AdminAccountsService } from '../../auth/accounts/admin-accounts.service.js';
import { CurrentUser, type Principal } from '../../auth/principal.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import {
  adminUserSchema,
  adminUsersSchema,
  adminUserUpdateSchema,
  resetTokenSchema,
  toAdminUser,
  usersQuerySchema,
} from './schemas.js';

/** Account management for admins. Accounts of superusers are restricted to superusers. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/users')
export class AdminUsersController {
  constructor(private readonly accounts: AdminAccountsService) {}

  @Get()
  @ApiOperation({ summary: 'List accounts, newest first' })
  @ApiAnswer(200, adminUsersSchema)
  @ApiErrors(403, 422)
  async listUsers(
    @Query({ schema: usersQuerySchema })
    { q, is_active: isActive, limit, cursor }: z.output<typeof usersQuerySchema>,
  ) {
    const { items, next } = await this.accounts.list({ text: q, isActive, limit, cursor });
    return { items: items.map(toAdminUser), next };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get an account with its groups' })
  @ApiAnswer(200, adminUserSchema)
  @ApiErrors(403, 404)
  async getUserAsAdmin(@Param('id') id: string) {
    return toAdminUser(await this.accounts.get(id));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Activate or deactivate an account, change its groups',
    description:
      "Takes effect on every replica within a second. The caller's own account cannot be deactivated.",
  })
  @ApiAnswer(200, adminUserSchema)
  @ApiErrors(403, 404, 409, 422)
  async updateUserAsAdmin(
    @CurrentUser() admin: Principal,
    @Param('id') id: string,
    @Body({ schema: adminUserUpdateSchema }) update: z.output<typeof adminUserUpdateSchema>,
  ) {
    return toAdminUser(await this.accounts.change(admin, id, update));
  }

  @Post(':id/reset-token')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Get a token with which the account’s password can be reset',
    description: 'For deployments without a mail server: hand it to the user. Valid once, for an hour.',
  })
  @ApiAnswer(200, resetTokenSchema)
  @ApiErrors(403, 404, 409)
  async createResetToken(@CurrentUser() admin: Principal, @Param('id') id: string) {
    const { token, expiresAt } = await this.accounts.resetToken(admin, id);
    return { token, expires_at: expiresAt.toISOString() };
  }
}
