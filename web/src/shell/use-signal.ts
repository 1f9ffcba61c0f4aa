import { useSyncExternalStore } from 'react';
import type { Signal } from '../client/signal.js';

export const useSignal = <T>(signal: Signal<T>): T => useSyncExternalStore(signal.subscribe, signal.get);
