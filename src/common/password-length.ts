import { countVisible } from './text.js';

/** Visible characters that a new password needs. */
export const MIN_PASSWORD = 8;

/** Counts characters as a reader sees them: an emoji is one however it is encoded, a zero-width space is none. */
export const isLongEnoughPassword = (password: string) => countVisible(password) >= MIN_PASSWORD;
