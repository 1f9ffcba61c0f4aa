import { Body, Controller, Delete, Get, HttpCode, Ip, Param, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import { AdminOnly } from '../auth/access.js';
import { AccountsService } from '../auth/accounts/accounts.service.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { ApiAnswer, ApiErrors, ApiFile } from '../common/openapi.js';
import { EventStreamGuard } from '../limits/event-stream.guard.js';
import { ExportService } from './export.service.js';
import { confirmSchema, receiptSchema, toReceipt } from './schemas.js';
import { Audited } from '../auth/audit/audited.decorator.js';

/** Export and erasure of a person's data. */
@Controller()
export class PersonalDataController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly exports: ExportService,
  ) {}

  @Get('users/me/export')
  @ApiTags('Authentication')
  @UseGuards(EventStreamGuard)
  @ApiOperation({
    summary: "Download all data of the caller's account",
    description:
      'A zip of JSON Lines (conversations, messages, runs, running tables, attachments, rooms, keys) and the uploaded files, each with the text extracted from it. It is created while it is sent.',
  })
  @ApiFile(200, 'application/zip')
  @ApiErrors(429, 503)
  async downloadAccount(@CurrentUser() caller: Principal, @Res() response: Response): Promise<void> {
    response.set({
      'Content-Type': 'application/zip',
      'Content-Disposition': 'attachment; filename="parley-export.zip"',
      'Cache-Control': 'no-store',
    });
    await this.exports.write(caller.id, response);
  }

  @Delete('users/me')
  @Audited()
  @ApiTags('Authentication')
  @HttpCode(200)
  @ApiOperation({
    summary: "Delete the caller's account and everything it owns",
    description:
      'Requires the password. Rows are deleted before the response, which is a receipt; files, vectors, ' +
      'rooms and run logs within a minute. Runs in progress are cancelled.',
  })
  @ApiAnswer(200, receiptSchema)
  @ApiErrors(422, 429)
  async deleteOwnAccount(
    @CurrentUser() caller: Principal,
    @Body({ schema: confirmSchema }) { password }: z.output<typeof confirmSchema>,
    @Ip() ip: string,
  ) {
    return toReceipt(await this.accounts.deleteOwn(caller.id, password, ip));
  }

  @Delete('admin/users/:id')
  @ApiTags('Admin')
  @AdminOnly()
  @HttpCode(200)
  @ApiOperation({ summary: 'Delete an account and everything it owns' })
  @ApiAnswer(200, receiptSchema)
  @ApiErrors(403, 404)
  async deleteAccount(@Param('id') id: string) {
    return toReceipt(await this.accounts.delete(id));
  }
}
