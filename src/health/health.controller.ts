import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { Public } from '../auth/public.decorator.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { ModelCheck } from '../adapters/openai/model-check.js';
import { Readiness } from './readiness.js';

const okSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health', example: { status: 'ok' } });
const readySchema = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    missing: z.array(z.string()),
    warnings: z
      .array(z.string())
      .describe('Warnings: conditions that need attention, such as a missing model'),
  })
  .meta({ id: 'Readiness', example: { status: 'unavailable', missing: ['database'], warnings: [] } });

@Public()
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly model: ModelCheck,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Check that the process is alive' })
  @ApiAnswer(200, okSchema)
  @ApiErrors(422)
  getHealth() {
    return { status: 'ok' };
  }

  @Get('live')
  @ApiOperation({ summary: 'Check that the process is alive' })
  @ApiAnswer(200, okSchema)
  @ApiErrors(422)
  checkLiveness() {
    return this.getHealth();
  }

  @Get('ready')
  @ApiOperation({ summary: 'Check whether the process is ready, or list the reasons why it is not' })
  @ApiAnswer(200, readySchema)
  @ApiErrors(422)
  @ApiAnswer(503, readySchema)
  async checkReadiness(@Res({ passthrough: true }) response: Response) {
    const missing = await this.readiness.missing();
    response.status(missing.length > 0 ? 503 : 200);
    const { warnings } = this.model;
    return { status: missing.length > 0 ? 'unavailable' : 'ok', missing, warnings };
  }
}
