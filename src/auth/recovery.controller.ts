import { Body, Controller, Header, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Audited } from './audit/audited.decorator.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { Public } from './public.decorator.js';
import { RecoveryService } from './accounts/recovery.service.js';
import { addressSchema, resetSchema, toUserBody, userSchema, verifySchema } from './schemas.js';

type Of<T extends z.ZodType> = z.output<T>;

/** FastAPI Users' body of an empty answer; Nest itself would send no body for null. */
const NULL_BODY = 'null';
const SAME_FOR_ALL = 'The response is the same whether or not the account exists.';
const AnswersNull = () => Header('Content-Type', 'application/json; charset=utf-8');

/** FastAPI Users' routes for password resets and verification of addresses. */
@Public()
@ApiTags('FastAPI Users')
@Controller('auth')
export class RecoveryController {
  constructor(private readonly recovery: RecoveryService) {}

  @Post('forgot-password')
  @ApiOperation({ summary: 'Mail a token that resets the password', description: SAME_FOR_ALL })
  @HttpCode(202)
  @AnswersNull()
  @ApiAnswer(202, z.null())
  @ApiErrors(422)
  requestPasswordReset(@Body({ schema: addressSchema }) body: Of<typeof addressSchema>, @Ip() ip: string) {
    this.recovery.forgotPassword(body.email, ip);
    return NULL_BODY;
  }

  @Audited()
  @Post('reset-password')
  @ApiOperation({ summary: 'Set a new password and end every log-in of the account' })
  @HttpCode(200)
  @AnswersNull()
  @ApiAnswer(200, z.null())
  @ApiErrors(400, 422)
  async resetPassword(@Body({ schema: resetSchema }) body: Of<typeof resetSchema>, @Ip() ip: string) {
    await this.recovery.resetPassword(body.token, body.password, ip);
    return NULL_BODY;
  }

  @Post('request-verify-token')
  @ApiOperation({ summary: 'Mail a token that verifies the address', description: SAME_FOR_ALL })
  @HttpCode(202)
  @AnswersNull()
  @ApiAnswer(202, z.null())
  @ApiErrors(422)
  requestEmailVerification(
    @Body({ schema: addressSchema }) body: Of<typeof addressSchema>,
    @Ip() ip: string,
  ) {
    this.recovery.requestVerification(body.email, ip);
    return NULL_BODY;
  }

  @Audited()
  @Post('verify')
  @ApiOperation({ summary: 'Verify the address' })
  @HttpCode(200)
  @ApiAnswer(200, userSchema)
  @ApiErrors(400, 422)
  async verifyEmail(@Body({ schema: verifySchema }) body: Of<typeof verifySchema>) {
    return toUserBody(await this.recovery.verify(body.token));
  }
}
