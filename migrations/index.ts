import { Foundation1795200000000 } from './1795200000000-foundation.js';
import { Films1795200000001 } from './1795200000001-films.js';
import { Documents1795200000002 } from './1795200000002-documents.js';

/** Every migration, oldest first. Never reorder or edit one that has been released. */
export const migrations = [Foundation1795200000000, Films1795200000001, Documents1795200000002];
