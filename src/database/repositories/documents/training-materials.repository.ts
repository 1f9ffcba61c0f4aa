import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { TrainingMaterials } from '../../entities/training-materials.entity.js';

/** What the training materials were last synced to. */
@Injectable()
export class TrainingMaterialsRepository {
  private readonly materials: Repository<TrainingMaterials>;

  constructor(source: DataSource) {
    this.materials = source.getRepository(TrainingMaterials);
  }

  /** The commit of the last sync that came to its end; null before the first. */
  async lastCommit(): Promise<string | null> {
    return (await this.materials.findOneBy({ id: 1 }))?.commit ?? null;
  }

  async record(target: string, commit: string): Promise<void> {
    await this.materials.upsert({ id: 1, target, commit, syncedAt: () => 'now()' }, ['id']);
  }
}
