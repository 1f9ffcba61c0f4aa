import { Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import { TrainingMaterials } from '../../entities/training-materials.entity.js';

/** State of the last sync of the training materials. */
@Injectable()
export class TrainingMaterialsRepository {
  private readonly materials: Repository<TrainingMaterials>;

  constructor(source: DataSource) {
    this.materials = source.getRepository(TrainingMaterials);
  }

  /** Commit of the last completed sync; null before the first. */
  async lastCommit(): Promise<string | null> {
    return (await this.materials.findOneBy({ id: 1 }))?.commit ?? null;
  }

  async record(target: string, commit: string): Promise<void> {
    await this.materials.upsert({ id: 1, target, commit, syncedAt: () => 'now()' }, ['id']);
  }
}
