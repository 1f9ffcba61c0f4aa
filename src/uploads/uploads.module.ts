import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { AttachmentFilesController } from './attachment-files.controller.js';
import { AttachmentsController } from './attachments.controller.js';
import { AttachmentWatch } from './attachment-watch.js';
import { AttachmentsService } from './attachments.service.js';
import { IncomingFolder } from './incoming-folder.js';
import { RunningTable } from './running-table.js';
import { UploadReader } from './upload-reader.js';
import { UploadsController } from './uploads.controller.js';
import { UploadsService } from './uploads.service.js';

/** Uploads, attachments, and running tables. */
@Module({
  imports: [IdempotencyModule, IngestionModule, LimitsModule],
  controllers: [UploadsController, AttachmentsController, AttachmentFilesController],
  providers: [
    IncomingFolder,
    UploadReader,
    UploadsService,
    AttachmentsService,
    AttachmentWatch,
    RunningTable,
  ],
  exports: [UploadReader, UploadsService, AttachmentsService, RunningTable],
})
export class UploadsModule {}
