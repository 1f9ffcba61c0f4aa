import { validate as isUuid } from 'uuid';
import { ParleyError } from '../common/errors.js';
import type { AttachmentsRepository } from '../database/repositories/documents/attachments.repository.js';

/** An attachment that does not exist, or that its caller may not see. */
export class ForeignAttachment extends ParleyError {
  /** @param attachmentId as the caller wrote it */
  constructor(readonly attachmentId: string) {
    super('forbidden', 'foreign-attachment', 'Forbidden attachment access');
  }
}

/** Refuses a turn with attachments that its owner may not see. @throws ForeignAttachment for the first of them */
export async function refuseForeignAttachments(
  attachments: AttachmentsRepository,
  { ownerId, documents }: { ownerId: string; documents?: { attachmentIds?: readonly string[] } },
): Promise<void> {
  const ids = [...new Set(documents?.attachmentIds)];
  if (ids.length === 0) return;
  const visible = new Set(await attachments.visibleIds(ownerId, ids.filter(isUuid)));
  const foreign = ids.find((id) => !visible.has(id.toLowerCase()));
  if (foreign !== undefined) throw new ForeignAttachment(foreign);
}
