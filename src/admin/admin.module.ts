import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { HealthModule } from '../health/health.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { AgentsModule } from '../agents/agents.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { AgentsController } from './agents/agents.controller.js';
import { AgentsService } from './agents/agents.service.js';
import { AdminController } from './admin.controller.js';
import { AdminBudgetsController } from './budgets.controller.js';
import { AdminEvaluationsController } from './evaluations.controller.js';
import { AdminFeedbackController } from './feedback.controller.js';
import { EmbeddingsController } from './embeddings/embeddings.controller.js';
import { EmbeddingSwitchService } from './embeddings/embedding-switch.service.js';
import { DocumentsIndexService } from './documents-index.service.js';
import { RetentionController } from './retention.controller.js';
import { ModelController } from './model.controller.js';
import { MaterialsStore } from './training-materials/materials-store.js';
import { TrainingMaterialsController } from './training-materials/training-materials.controller.js';
import { TrainingMaterialsService } from './training-materials/training-materials.service.js';

import { AdminQueueController } from './operations/queue.controller.js';
import { AdminRunsController } from './operations/runs.controller.js';
import { AdminUsageController } from './operations/usage.controller.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AuditController } from './users/audit.controller.js';
import { AdminUsersController } from './users/users.controller.js';
import { AdminWebhooksController } from './webhooks.controller.js';

/** Admin API: accounts, and the documents and runs of all users. */
@Module({
  imports: [
    AgentsModule,
    AuthModule,
    BudgetsModule,
    EvaluationsModule,
    HealthModule,
    IngestionModule,
    LimitsModule,
    RunsModule,
    SessionsModule,
    UploadsModule,
    WebhooksModule,
  ],
  controllers: [
    AdminBudgetsController,
    AdminController,
    AdminEvaluationsController,
    AgentsController,
    AdminFeedbackController,
    AdminQueueController,
    AdminRunsController,
    AdminUsageController,
    AdminUsersController,
    AdminWebhooksController,
    AuditController,
    EmbeddingsController,
    ModelController,
    RetentionController,
    TrainingMaterialsController,
  ],
  providers: [
    AgentsService,
    DocumentsIndexService,
    EmbeddingSwitchService,
    MaterialsStore,
    TrainingMaterialsService,
  ],
})
export class AdminModule {}
