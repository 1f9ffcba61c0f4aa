import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { Public } from './public.decorator.js';
import { RecoveryService } from './recovery.service.js';
import { addressSchema, resetSchema, toUserBody, userSchema, verifySchema } from './schemas.js';

type Of<T extends z.ZodType> = z.output<T>;

/** What FastAPI Users answers where there is nothing to say; Nest itself would send no body for null. */
const NULL_BODY = 'null';
const AnswersNull = () => Header('Content-Type', 'application/json; charset=utf-8');

/** FastAPI Users' routes for forgotten passwords and unproven addresses. */
@Public()
@ApiTags('FastAPI Users')
@Controller('auth')
export class RecoveryController {
  constructor(private readonly recovery: RecoveryService) {}

  /** Mails a token to choose a new password with. Answers the same whether or not there is such an account. */
  @Post('forgot-password')
  @HttpCode(202)
  @AnswersNull()
  @ApiAnswer(202, z.null())
  @ApiErrors(422)
  async forgotPassword(@Body({ schema: addressSchema }) body: Of<typeof addressSchema>) {
    await this.recovery.forgotPassword(body.email);
    return NULL_BODY;
  }

  /** Sets a new password; every log-in of the account ends. */
  @Post('reset-password')
  @HttpCode(200)
  @AnswersNull()
  @ApiAnswer(200, z.null())
  @ApiErrors(400, 422)
  async resetPassword(@Body({ schema: resetSchema }) body: Of<typeof resetSchema>) {
    await this.recovery.resetPassword(body.token, body.password);
    return NULL_BODY;
  }

  /** Mails a token to prove the address with. Answers the same whether or not there is such an account. */
  @Post('request-verify-token')
  @HttpCode(202)
  @AnswersNull()
  @ApiAnswer(202, z.null())
  @ApiErrors(422)
  async requestVerification(@Body({ schema: addressSchema }) body: Of<typeof addressSchema>) {
    await this.recovery.requestVerification(body.email);
    return NULL_BODY;
  }

  /** Proves the address. */
  @Post('verify')
  @HttpCode(200)
  @ApiAnswer(200, userSchema)
  @ApiErrors(400, 422)
  async verify(@Body({ schema: verifySchema }) body: Of<typeof verifySchema>) {
    return toUserBody(await this.recovery.verify(body.token));
  }
}
