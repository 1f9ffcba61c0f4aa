import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import type { PastFailure } from './failure-history.js';
import { ModelError, RequestRefused } from './model-error.js';
import { contextOf, listsModel, readModels, type ListedModel } from './model-list.js';
import { openAiServerOf, type OpenAiServer } from './openai-server.js';

const TIMEOUT_MS = 10_000;
const MAX_NAMED = 5;

/**
 * Health check of the configured server: lists its models once, after the start and without delaying it. It is free
 * of charge, and detects a wrong URL, key or model name before the first question.
 */
@Injectable()
export class ModelCheck implements OnApplicationBootstrap {
  private readonly server: OpenAiServer | null;
  private warning: string | null = null;
  private settle: (line: string | null) => void = () => {};
  /** A line for the start-up output; null when no model is configured. */
  readonly finished = new Promise<string | null>((resolve) => (this.settle = resolve));

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {
    this.server = config.hasModel ? openAiServerOf(config, logger) : null;
  }

  /** Warnings for operators; cleared by the first successful answer. */
  get warnings(): string[] {
    return this.warning && !this.server?.hasAnswered ? [this.warning] : [];
  }

  /** Status for admins; without a server there are no failures. */
  get status(): { address: string | null; warnings: string[]; failures: readonly PastFailure[] } {
    const { server, warnings } = this;
    if (!server) return { address: null, warnings, failures: [] };
    return { address: addressText(server), warnings, failures: server.failures.entries };
  }

  onApplicationBootstrap(): void {
    if (this.server) void this.check(this.server).then(this.settle);
    else this.settle(null);
  }

  private async check(server: OpenAiServer): Promise<string> {
    const { OPENAI_MODEL: name } = this.config.env;
    const where = addressText(server);
    try {
      const models = readModels(await server.get('/models', TIMEOUT_MS));
      for (const model of models) {
        const tokens = contextOf(model);
        if (tokens) server.contextTokens.set(model.id, tokens);
      }
      this.warning = this.problemsOf(models).join(' ') || null;
      return `Model: ${name} at ${where}${this.warning ? `. ${this.warning}` : ' is there'}`;
    } catch (error) {
      // The server's address is only for the log, not for readers of warnings.
      this.warning = sentenceOf(error);
      const detail = error instanceof ModelError ? error.detail : undefined;
      this.logger.warn({ detail }, `the model could not be checked: ${this.warning}`);
      return `Model: ${name} at ${where} could not be checked. ${this.warning}`;
    }
  }

  private problemsOf(models: readonly ListedModel[]): string[] {
    const { OPENAI_MODEL, OPENAI_EMBEDDING_MODEL, OPENAI_VISION_MODEL } = this.config.env;
    const known = models.map(({ id }) => id);
    if (known.length === 0) return [];
    return Object.entries({ OPENAI_MODEL, OPENAI_EMBEDDING_MODEL, OPENAI_VISION_MODEL }).flatMap(
      ([setting, name]) =>
        name && !listsModel(models, name)
          ? [`${setting}: the server does not list ${name}; it lists ${some(known)}.`]
          : [],
    );
  }
}

/** Without its query and credentials. */
const addressText = ({ address }: OpenAiServer) => `${address.origin}${address.basePath}`;

const some = (names: readonly string[]) =>
  names.slice(0, MAX_NAMED).join(', ') +
  (names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '');

function sentenceOf(error: unknown): string {
  if (!(error instanceof ModelError)) return 'The answer was not understood.';
  const isMissing = error instanceof RequestRefused && [404, 405].includes(error.refusal.status);
  return isMissing
    ? `${error.message} Check OPENAI_BASE_URL; some servers have no list of models.`
    : error.message;
}
