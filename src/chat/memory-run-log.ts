import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RunLog, type RunSink } from './run-log.js';
import { isTerminal, type RunEvent, type RunEventBody } from './run.js';

/** How long a finished run can still be replayed from here. */
const KEEP_MS = 60_000;

interface Entry {
  events: RunEvent[];
  sinks: Set<RunSink>;
}

/** The run log of one process: enough while a run is watched where it is produced. */
@Injectable()
export class MemoryRunLog extends RunLog implements OnApplicationShutdown {
  private readonly runs = new Map<string, Entry>();
  private readonly expiries = new Set<NodeJS.Timeout>();

  append(runId: string, bodies: readonly RunEventBody[]): void {
    const entry = this.entry(runId);
    const events = bodies.map((body, i): RunEvent => ({ ...body, offset: entry.events.length + i + 1 }));
    for (const event of events) entry.events.push(event);
    for (const sink of entry.sinks) sink(events);
    if (events.some(isTerminal)) this.expire(runId);
  }

  has(runId: string): boolean {
    return this.runs.has(runId);
  }

  watch(runId: string, after: number, sink: RunSink): (() => void) | null {
    const entry = this.runs.get(runId);
    if (!entry) return null;
    if (after < entry.events.length) sink(entry.events.slice(after));
    entry.sinks.add(sink);
    return () => entry.sinks.delete(sink);
  }

  onApplicationShutdown(): void {
    for (const expiry of this.expiries) clearTimeout(expiry);
  }

  private entry(runId: string): Entry {
    let entry = this.runs.get(runId);
    if (!entry) this.runs.set(runId, (entry = { events: [], sinks: new Set() }));
    return entry;
  }

  private expire(runId: string): void {
    const expiry = setTimeout(() => {
      this.runs.delete(runId);
      this.expiries.delete(expiry);
    }, KEEP_MS).unref();
    this.expiries.add(expiry);
  }
}
