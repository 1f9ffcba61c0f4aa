// Synchronization of conversations: tabs of one browser notify each other; changes on other devices are detected by
// polling.

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('parley.conversations');
/** Seconds between looks at a conversation that is shown and quiet. */
const POLL_INTERVAL_MS = 15_000;

export const announceChange = (conversationId: string) => channel?.postMessage(conversationId);

/**
 * Subscribes to possible changes of conversations in other tabs and devices.
 * @returns a function that unsubscribes
 */
export function onChangeElsewhere(callback: (conversationId: string | null) => void): () => void {
  const heard = ({ data }: MessageEvent<string>) => callback(data);
  const looked = () => {
    if (!document.hidden) callback(null);
  };
  channel?.addEventListener('message', heard);
  document.addEventListener('visibilitychange', looked);
  globalThis.addEventListener('online', looked);
  const timer = setInterval(looked, POLL_INTERVAL_MS);
  return () => {
    channel?.removeEventListener('message', heard);
    document.removeEventListener('visibilitychange', looked);
    globalThis.removeEventListener('online', looked);
    clearInterval(timer);
  };
}
