import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Public } from '../auth/public.decorator.js';
import { Config } from '../config/config.js';
import { LinkBase } from '../common/links.js';
import { API_VERSION, ApiAnswer, ApiErrors } from '../common/openapi.js';

const indexSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    docs: z.string().nullable().describe('null where API_DOCS is off'),
    openapi: z.string().nullable(),
    health: z.string(),
  })
  .meta({
    id: 'Index',
    example: {
      name: 'Parley',
      version: API_VERSION,
      docs: './docs',
      openapi: './openapi.json',
      health: './health/ready',
    },
  });

@Public()
@ApiTags('Health')
@Controller()
export class IndexController {
  constructor(private readonly config: Config) {}

  @Get()
  @Header('Vary', 'Accept')
  @ApiOperation({
    summary: 'Get the main URLs of this API; a client that prefers HTML gets the console',
    description: 'Without `PUBLIC_URL` or a known prefix the URLs are relative to this one.',
  })
  @ApiErrors(422)
  @ApiAnswer(200, indexSchema)
  getIndex(@LinkBase() base: string) {
    const root = base || '.';
    return {
      name: 'Parley',
      version: API_VERSION,
      docs: this.config.servesDocs ? `${root}/docs` : null,
      openapi: this.config.servesDocs ? `${root}/openapi.json` : null,
      health: `${root}/health/ready`,
    };
  }
}
