import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Public } from '../auth/public.decorator.js';
import { LinkBase } from '../common/links.js';
import { API_VERSION, ApiAnswer, ApiErrors } from '../common/openapi.js';

const indexSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    docs: z.string(),
    openapi: z.string(),
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
  @Get()
  @ApiOperation({
    summary: 'Redirects a browser to the documentation, gives other clients the most important addresses',
    description: 'Without `PUBLIC_URL` or a known prefix the addresses are relative to this one.',
  })
  @ApiErrors(422)
  @ApiAnswer(200, indexSchema)
  @ApiAnswer(303, undefined, 'For a client that prefers HTML: to the documentation')
  getIndex(@LinkBase() base: string, @Req() request: Request, @Res() response: Response): void {
    response.vary('Accept');
    if (request.accepts(['json', 'html']) === 'html') {
      // Relative, unless a proxy names its prefix: whoever opens the port itself stays there.
      response.redirect(303, `${base.startsWith('/') ? base : '.'}/docs`);
      return;
    }
    const root = base || '.';
    response.json({
      name: 'Parley',
      version: API_VERSION,
      docs: `${root}/docs`,
      openapi: `${root}/openapi.json`,
      health: `${root}/health/ready`,
    });
  }
}
