/** The work did not end in time. */
export class TimeoutError extends Error {}

/**
 * What the work resolves to. It is not ended by the timeout: its later result is discarded.
 * @throws the work's error, or TimeoutError after `ms`
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(`no result within ${ms} ms`)), ms);
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
