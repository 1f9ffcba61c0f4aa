import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { CurrentUser, type Principal } from './principal.js';
import { callerSchema, greetingSchema, toCallerBody } from './schemas.js';

/** Who the token says one is. */
@Controller()
export class CallerController {
  /** Greets the caller; clients try their token here. */
  @Get('authenticated-route')
  @ApiTags('FastAPI Users')
  @ApiAnswer(200, greetingSchema)
  @ApiErrors(401)
  greet(@CurrentUser() { email }: Principal) {
    return { message: `Hello ${email}!` };
  }

  /** The caller, as the RAG assistant's clients want it. */
  @Get('user')
  @ApiTags('RAG assistant')
  @ApiAnswer(200, callerSchema)
  @ApiErrors(401)
  caller(@CurrentUser() caller: Principal) {
    return toCallerBody(caller);
  }
}
