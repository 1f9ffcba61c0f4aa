import { scaled } from './time-factor.mjs';

/** Waits for something that happens on its own, with a deadline. */
export async function eventually(check: () => Promise<void>, deadlineMs = 5_000): Promise<void> {
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() - start > scaled(deadlineMs)) throw error;
    }
  }
}
