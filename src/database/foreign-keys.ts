const FOREIGN_KEY_VIOLATION = '23503';

/** The result of a statement that inserts a row; null when a row that it refers to does not exist. */
export async function orMissingReference<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { code?: string }).code === FOREIGN_KEY_VIOLATION) return null;
    throw error;
  }
}
