import { validate as isUuid } from 'uuid';
import { ParleyError } from '../common/errors.js';
import type { AttachmentsRepository } from '../database/repositories/documents/attachments.repository.js';

/** Refuses a turn with attachments that its owner may not see. @throws ParleyError `foreign-attachment` */
export async function refuseForeignAttachments(
  attachments: AttachmentsRepository,
  { ownerId, documents }: { ownerId: string; documents?: { attachmentIds?: readonly string[] } },
): Promise<void> {
  const ids = [...new Set(documents?.attachmentIds)];
  if (ids.length === 0) return;
  const areIds = ids.every((id) => isUuid(id));
  if (!areIds || (await attachments.visibleIds(ownerId, ids)).length < ids.length)
    throw new ParleyError('forbidden', 'foreign-attachment', 'Forbidden attachment access');
}
