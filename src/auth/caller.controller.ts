import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi.js';
import { RequireScope } from './access.js';
import { CurrentUser, type Principal } from './principal.js';
import { callerSchema, greetingSchema, toCallerBody } from './schemas.js';

/** The account of the token. */
@RequireScope('any')
@Controller()
export class CallerController {
  @Get('authenticated-route')
  @ApiOperation({ summary: 'Greet the caller', description: 'Lets a client check that its token is valid.' })
  @ApiTags('FastAPI Users')
  @ApiAnswer(200, greetingSchema)
  greetCaller(@CurrentUser() { email }: Principal) {
    return { message: `Hello ${email}!` };
  }

  @Get('user')
  @ApiOperation({ summary: 'Get the caller, as clients of the RAG assistant expect it' })
  @ApiTags('RAG assistant')
  @ApiAnswer(200, callerSchema)
  getCaller(@CurrentUser() caller: Principal) {
    return toCallerBody(caller);
  }
}
