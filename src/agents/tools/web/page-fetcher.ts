import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request, type Dispatcher } from 'undici';
import { PrivateAddressError, PublicHosts } from '../../../common/http/public-address.js';
import { detectType } from '../../../ingestion/file-types.js';
import { parseFile } from '../../../ingestion/parsers/parse-file.js';
import { UnreadableFileError } from '../../../ingestion/parsers/parsed-document.js';
import { ToolFailure } from '../tool.js';

const MAX_BYTES = 1024 * 1024;
const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 20_000;
const READABLE = /^(?:text\/|application\/(?:pdf|json|xml|xhtml\+xml|[\w.+-]+\+(?:json|xml))\b)/i;
const PARSER = { memoryMb: 256, cpuSeconds: 10, wallSeconds: 30 };

/** What a page says. */
export interface Page {
  /** Where it was found, after redirects. */
  url: string;
  title?: string;
  text: string;
  /** It has more than was read. */
  isCut: boolean;
}

/**
 * Fetches pages of the internet for models, whose addresses may come from anyone: never from a network of
 * this machine, also after redirects and when a name changes its address. Listed hosts are the admin's choice: when there
 * are any, no other is fetched, and they may be anywhere.
 */
export class PageFetcher {
  private readonly internet = new PublicHosts([]);
  private readonly guarded = new Agent({
    connect: { lookup: this.internet.lookup, timeout: TIMEOUT_MS },
  });
  private readonly listed = new Agent({ connect: { timeout: TIMEOUT_MS } });

  /** @param hosts in lower case, each with a port where it is not the usual one */
  constructor(private readonly hosts: readonly string[]) {}

  /** Whether an address needs approval: it may be fetched, and WEB_FETCH_HOSTS does not list its host. */
  needsApproval(address: string): boolean {
    if (this.hosts.length > 0) return false;
    try {
      this.checked(address);
      return true;
    } catch {
      return false;
    }
  }

  /** @throws ToolFailure */
  async fetch(address: string, signal: AbortSignal): Promise<Page> {
    let url = address;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const answer = await this.get(this.checked(url), signal);
      const location = answer.headers['location'];
      if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== 'string')
        return read(url, answer, signal);
      discard(answer.body);
      if (!URL.canParse(location, url)) throw new ToolFailure('The page redirects to an invalid address.');
      url = new URL(location, url).href;
    }
    throw new ToolFailure(`The page redirects more than ${MAX_REDIRECTS} times.`);
  }

  async close(): Promise<void> {
    await Promise.all([this.guarded.destroy(), this.listed.destroy()]);
  }

  private async get(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const options = {
      dispatcher: this.hosts.length > 0 ? this.listed : this.guarded,
      headers: { accept: 'text/html, text/plain, application/pdf;q=0.9, */*;q=0.1', 'user-agent': 'Parley' },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal,
    };
    try {
      return await request(url, options);
    } catch (error) {
      signal.throwIfAborted();
      if (isPrivate(error)) throw new ToolFailure(REFUSED);
      throw new ToolFailure('The page cannot be reached.', { cause: error });
    }
  }

  /** @throws ToolFailure for an address that is not to be fetched */
  private checked(address: string): URL {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (!url || !/^https?:$/.test(url.protocol))
      throw new ToolFailure('The address must begin with http:// or https://.');
    if (url.username || url.password)
      throw new ToolFailure('The address must not contain a user name or a password.');
    if (this.hosts.length > 0) {
      if (!this.hosts.includes(url.host.toLowerCase()))
        throw new ToolFailure(`Only these hosts are fetched: ${this.hosts.join(', ')}.`);
      return url;
    }
    if (url.port) throw new ToolFailure('Only the ports 80 and 443 are fetched from.');
    try {
      this.internet.check(url);
    } catch (error) {
      throw new ToolFailure(REFUSED, { cause: error });
    }
    return url;
  }
}

const REFUSED = 'This address is not on the internet: it is not fetched.';

const isPrivate = (error: unknown): boolean =>
  error instanceof PrivateAddressError ||
  (error instanceof Error && error.cause !== undefined && isPrivate(error.cause));

/** @throws ToolFailure */
async function read(url: string, answer: Dispatcher.ResponseData, signal: AbortSignal): Promise<Page> {
  const { statusCode, headers, body } = answer;
  const type = String(headers['content-type'] ?? 'text/plain');
  if (statusCode >= 400 || !READABLE.test(type)) {
    discard(body);
    throw new ToolFailure(
      statusCode >= 400 ? `The page answers with status ${statusCode}.` : 'The page is not text.',
    );
  }
  const { bytes, isCut } = await beginning(body);
  const folder = await mkdtemp(join(tmpdir(), 'parley-page-'));
  try {
    const file = join(folder, /html/i.test(type) ? 'page.html' : 'page.txt');
    await writeFile(file, bytes);
    const kind = await detectType(file, file);
    if (!kind || kind.isPicture) throw new ToolFailure('The page is not text.');
    const { title, text } = await parseFile(file, kind, PARSER, signal);
    return { url, title, text, isCut };
  } catch (error) {
    throw error instanceof UnreadableFileError ? new ToolFailure(error.message, { cause: error }) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Gives up an answer whose body is not read. That is an error of its stream, which nobody else listens to. */
const discard = (body: Dispatcher.ResponseData['body']): unknown =>
  body.on('error', () => undefined).destroy();

/** The first bytes of an answer; the rest is not read. */
async function beginning(body: Dispatcher.ResponseData['body']): Promise<{ bytes: Buffer; isCut: boolean }> {
  // What is left behind fails when it is given up.
  body.on('error', () => undefined);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part.subarray(0, MAX_BYTES - size));
    size += part.length;
    if (size > MAX_BYTES) break;
  }
  return { bytes: Buffer.concat(parts), isCut: size > MAX_BYTES };
}
