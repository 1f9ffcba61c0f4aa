import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { SettingError } from '../config/env.js';
import { identify } from '../embedded/processes.js';

/** An upload without a reading process. */
export interface UnfinishedUpload {
  path: string;
  /** Id of the intended attachment; may be malformed for a foreign file. */
  id: string;
}

/** The folder of uploads in progress. A file's name contains the ids of the process and of the attachment. */
@Injectable()
export class IncomingFolder {
  private readonly folder: string;
  private readonly own = nameOf(process.pid);

  constructor({ dataDir }: Config) {
    this.folder = join(dataDir, 'incoming');
  }

  /** Path for the bytes of a new attachment. */
  pathFor(id: string): string {
    return join(this.folder, `${this.own}_${id}`);
  }

  /**
   * Creates the folder.
   * @returns leftover files of dead processes; other processes may be using the folder too
   * @throws SettingError when it cannot be created
   */
  async open(): Promise<UnfinishedUpload[]> {
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
