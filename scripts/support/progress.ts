import { Presets, SingleBar } from 'cli-progress';

/** How far something has come: a bar in a terminal, now and then a line elsewhere. */
export interface Progress {
  update(done: number, note: string): void;
  end(): void;
}

const LINE_EVERY_MS = 15_000;

export function startProgress(label: string, total: number): Progress {
  return process.stdout.isTTY ? bar(label, total) : lines(label, total);
}

function bar(label: string, total: number): Progress {
  const single = new SingleBar(
    { format: `${label} {bar} {percentage}% | {eta_formatted} left | {note}`, hideCursor: true },
    Presets.shades_classic,
  );
  single.start(total, 0, { note: '' });
  return { update: (done, note) => single.update(done, { note }), end: () => single.stop() };
}

function lines(label: string, total: number): Progress {
  let last = performance.now();
  let said = '';
  const say = (line: string) => line !== said && console.log((said = line));
  let latest = '';
  return {
    update: (done, note) => {
      latest = `${label} ${Math.floor((100 * done) / Math.max(1, total))}%: ${note}`;
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      say(latest);
    },
    end: () => latest !== '' && say(latest),
  };
}
