import { Injectable } from '@nestjs/common';
import { ChatModel } from '../../adapters/chat-model/chat-model.js';
import { DocumentSearch } from '../documents/document-search.js';
import { MessagePictures } from '../documents/message-pictures.js';
import { DocumentOverview } from '../documents/overview.js';
import { UnreadFiles } from '../documents/unread-files.js';
import { TableTool } from '../tables/table-tool.js';
import { Toolbox } from '../tools/toolbox.js';

/** What all agents without code answer with. */
@Injectable()
export class PersonaParts {
  constructor(
    readonly model: ChatModel,
    readonly documents: DocumentSearch,
    readonly tables: TableTool,
    readonly unread: UnreadFiles,
    readonly pictures: MessagePictures,
    readonly overview: DocumentOverview,
    readonly toolbox: Toolbox,
  ) {}
}
