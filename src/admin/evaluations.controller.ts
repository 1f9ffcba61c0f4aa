import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import { AdminOnly } from '../auth/access.js';
import { ApiAnswer, ApiErrors, ApiEventStream, ApiJsonLines } from '../common/openapi.js';
import { SseWriter } from '../common/sse.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import {
  caseCountSchema,
  casesSchema,
  newCaseSchema,
  newRunSchema,
  newSetSchema,
  pageSchema,
  resultsSchema,
  runEventSchema,
  runSchema,
  runsSchema,
  setSchema,
  setsSchema,
  toCase,
  toResult,
  toRun,
  toSet,
} from '../evaluations/schemas.js';
import { EventStreamGuard } from '../limits/event-stream.guard.js';

type PageQuery = z.output<typeof pageSchema>;

/** Evaluations of retrieval: questions with the documents that answer them, and runs over them. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/evals')
export class AdminEvaluationsController {
  constructor(private readonly evaluations: EvaluationsService) {}

  @Get()
  @ApiOperation({ summary: 'List evaluations, newest first' })
  @ApiAnswer(200, setsSchema)
  @ApiErrors(403, 422)
  async listEvaluations(@Query({ schema: pageSchema }) page: PageQuery) {
    const { items, next } = await this.evaluations.list(page);
    return { items: items.map(toSet), next };
  }

  @Post()
  @ApiOperation({ summary: 'Create an evaluation of retrieval' })
  @ApiAnswer(201, setSchema)
  @ApiErrors(403, 404, 422)
  async createEvaluation(@Body({ schema: newSetSchema }) body: z.output<typeof newSetSchema>) {
    return toSet(await this.evaluations.create(body));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get an evaluation' })
  @ApiAnswer(200, setSchema)
  @ApiErrors(403, 404)
  async getEvaluation(@Param('id') id: string) {
    return toSet(await this.evaluations.get(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete an evaluation with its cases, runs and results' })
  @ApiAnswer(204)
  @ApiErrors(403, 404)
  async deleteEvaluation(@Param('id') id: string): Promise<void> {
    await this.evaluations.delete(id);
  }

  @Get(':id/cases')
  @ApiOperation({ summary: 'List the cases of an evaluation, oldest first' })
  @ApiAnswer(200, casesSchema)
  @ApiErrors(403, 404, 422)
  async listEvaluationCases(@Param('id') id: string, @Query({ schema: pageSchema }) page: PageQuery) {
    const { items, next } = await this.evaluations.listCases(id, page);
    return { items: items.map(toCase), next };
  }

  @Post(':id/cases')
  @ApiOperation({
    summary: 'Add cases to an evaluation',
    description:
      'JSON Lines, one case a line; all of them are added or none. A case that no document answers has ' +
      '`"answerable": false`. Up to 10,000 cases; none while a run has not ended.',
  })
  @ApiJsonLines(newCaseSchema)
  @ApiAnswer(201, caseCountSchema)
  @ApiErrors(403, 404, 409, 413, 415, 422)
  createEvaluationCases(@Param('id') id: string, @Body() body: unknown) {
    return this.evaluations.addCases(id, body);
  }

  @Get(':id/runs')
  @ApiOperation({ summary: 'List the runs of an evaluation, newest first' })
  @ApiAnswer(200, runsSchema)
  @ApiErrors(403, 404, 422)
  async listEvaluationRuns(@Param('id') id: string, @Query({ schema: pageSchema }) page: PageQuery) {
    const { items, next } = await this.evaluations.listRuns(id, page);
    return { items: items.map(toRun), next };
  }

  @Post(':id/runs')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Run an evaluation in the background',
    description:
      'Each question is searched as for an answer. With a `baseline`, `passed` is false when recall@5 falls by more ' +
      'than `tolerance`. One run of an evaluation at a time.',
  })
  @ApiAnswer(202, runSchema)
  @ApiErrors(403, 404, 409, 422)
  async createEvaluationRun(
    @Param('id') id: string,
    @Body({ schema: newRunSchema }) body: z.output<typeof newRunSchema>,
  ) {
    return toRun(await this.evaluations.start(id, body));
  }

  @Get(':id/runs/:run_id')
  @ApiOperation({ summary: 'Get a run of an evaluation' })
  @ApiAnswer(200, runSchema)
  @ApiErrors(403, 404)
  async getEvaluationRun(@Param('id') id: string, @Param('run_id') runId: string) {
    return toRun(await this.evaluations.getRun(id, runId));
  }

  @Get(':id/runs/:run_id/events')
  @UseGuards(EventStreamGuard)
  @ApiOperation({
    summary: 'Stream the progress of a run of an evaluation',
    description:
      'The first event is sent at once, further ones on changes. The stream ends with the run, or after ten minutes.',
  })
  @ApiEventStream(runEventSchema)
  @ApiErrors(403, 404, 429)
  async streamEvaluationRun(
    @Param('id') id: string,
    @Param('run_id') runId: string,
    @Res() response: Response,
  ) {
    const first = await this.evaluations.getRun(id, runId);
    const closed = new AbortController();
    // No backpressure needed, as little is written.
    const writer = new SseWriter(
      response,
      () => undefined,
      () => closed.abort(),
    );
    for await (const run of this.evaluations.follow(first, closed.signal))
      writer.write(`data: ${JSON.stringify({ type: 'status', run: toRun(run) })}\n\n`);
    writer.end();
  }

  @Get(':id/runs/:run_id/results')
  @ApiOperation({ summary: 'List the results of a run, in the order of the cases' })
  @ApiAnswer(200, resultsSchema)
  @ApiErrors(403, 404, 422)
  async listEvaluationResults(
    @Param('id') id: string,
    @Param('run_id') runId: string,
    @Query({ schema: pageSchema }) page: PageQuery,
  ) {
    const { items, next } = await this.evaluations.listResults(id, runId, page);
    return { items: items.map(toResult), next };
  }

  @Post(':id/runs/:run_id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a run of an evaluation that has not ended' })
  @ApiAnswer(200, runSchema)
  @ApiErrors(403, 404)
  async stopEvaluationRun(@Param('id') id: string, @Param('run_id') runId: string) {
    return toRun(await this.evaluations.cancel(id, runId));
  }
}
