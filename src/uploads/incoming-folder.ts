import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { SettingError } from '../config/env.js';
import { identify } from '../embedded/processes.js';

/** An upload without a reading process. */
export interface Leftover {
  path: string;
  /** Of the attachment that it was to be; odd when the file is none of ours. */
  id: string;
}

/** Where uploads are while they are read. A file's name contains the process that reads it and the attachment. */
@Injectable()
export class IncomingFolder {
  private readonly folder: string;
  private readonly own = nameOf(process.pid);

  constructor({ dataDir }: Config) {
    this.folder = join(dataDir, 'incoming');
  }

  /** Where the bytes of a new attachment may be written. */
  pathFor(id: string): string {
    return join(this.folder, `${this.own}_${id}`);
  }

  /**
   * Makes the folder.
   * @returns what dead processes have left there; others may be using it too
   * @throws SettingError when there cannot be such a folder
   */
  async open(): Promise<Leftover[]> {
    await mkdir(this.folder, { recursive: true }).catch((cause: Error) => {
      throw new SettingError(`DATA_DIR cannot be written: ${cause.message}`, { cause });
    });
    const files = (await readdir(this.folder)).map((name) => {
      const [owner = '', id = ''] = name.split('_');
      return { path: join(this.folder, name), id, isUsed: nameOf(parseInt(owner, 10)) === owner };
    });
    return files.filter(({ isUsed }) => !isUsed);
  }
}

/** A process for certain: its pid and when it was started. */
function nameOf(pid: number): string | undefined {
  const found = identify(pid);
  return found && `${pid}-${found.startedAt.replace(/\W+/g, '')}`;
}
