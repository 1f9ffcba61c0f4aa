import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ModelCheck } from '../adapters/openai/model-check.js';
import { AdminOnly } from '../auth/access.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { modelStatusSchema } from './schemas.js';

/** The configured model server, as seen by this process. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/model')
export class ModelController {
  constructor(private readonly check: ModelCheck) {}

  @Get()
  @ApiOperation({
    summary: 'Get the state of the model server',
    description:
      'The check made at start-up, and the latest errors that the model server reported, shortened and without secrets.',
  })
  @ApiAnswer(200, modelStatusSchema)
  @ApiErrors(403)
  getModelStatus() {
    const { address, failures, warnings } = this.check.status;
    return {
      address,
      warnings,
      failures: failures.map(({ at, ...failure }) => ({ ...failure, created_at: at.toISOString() })),
    };
  }
}
