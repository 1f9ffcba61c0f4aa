/** Preload: nothing runs between a start and the first client. */
import 'reflect-metadata';

const { WarmUp } = await import(new URL('../../dist/src/chat/warm-up/warm-up.js', import.meta.url).href);

WarmUp.prototype.run = () => Promise.resolve(0);
