import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi.js';
import { CurrentUser, type Principal } from './principal.js';
import { callerSchema, greetingSchema, toCallerBody } from './schemas.js';

/** Who the token says one is. */
@Controller()
export class CallerController {
  @Get('authenticated-route')
  @ApiOperation({ summary: 'Greets the caller', description: 'Clients try their token here.' })
  @ApiTags('FastAPI Users')
  @ApiAnswer(200, greetingSchema)
  greet(@CurrentUser() { email }: Principal) {
    return { message: `Hello ${email}!` };
  }

  @Get('user')
  @ApiOperation({ summary: "The caller, as the RAG assistant's clients want it" })
  @ApiTags('RAG assistant')
  @ApiAnswer(200, callerSchema)
  caller(@CurrentUser() caller: Principal) {
    return toCallerBody(caller);
  }
}
