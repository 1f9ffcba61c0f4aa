import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import {
  attachmentBytes,
  attachmentText,
  getAttachment,
  type Attachment,
  type Source,
} from '../client/api.js';
import { HttpError } from '../client/http.js';
import { Pane } from '../shell/pane.js';
import { wordsOf } from '../texts/words-of.js';
import { t } from '../texts/texts.js';
import { MarkdownDocument } from './markdown-document.js';
import { TableDocument } from './table-document.js';
import { TextDocument } from './text-document.js';

const PdfDocument = lazy(() => import('./pdf-document.js'));

interface Props {
  documentId: string;
  title: string;
  /** The cited passage, if opened from a citation. */
  place?: Source['metadata'];
  onClose: () => void;
}

/** A document beside the conversation, with the quotation highlighted. */
export default function DocumentPane({ documentId, title, place, onClose }: Props): ReactNode {
  const [attachment, setAttachment] = useState<Attachment | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    getAttachment(documentId).then(setAttachment, (error: unknown) => {
      const isGone = error instanceof HttpError && error.status === 404;
      setProblem(isGone ? t.documents.gone : wordsOf(error));
    });
  }, [documentId]);
  const download = async () => {
    const url = URL.createObjectURL(new Blob([await attachmentBytes(documentId)]));
    Object.assign(document.createElement('a'), {
      href: url,
      download: attachment?.filename ?? title,
    }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <Pane
      title={attachment?.filename ?? title}
      onClose={onClose}
      tools={
        <>
          {typeof place?.page === 'number' && <small className="muted">{t.talk.page(place.page)}</small>}
          <button type="button" className="quiet small" onClick={() => void download()}>
            {t.documents.download}
          </button>
        </>
      }
    >
      {problem && <p className="problem">{problem}</p>}
      {attachment && <DocumentBody attachment={attachment} place={place} />}
    </Pane>
  );
}

function DocumentBody({
  attachment,
  place,
}: {
  attachment: Attachment;
  place?: Source['metadata'];
}): ReactNode {
  const [asText, setAsText] = useState(false);
  const { content_type: type, filename } = attachment;
  const isPdf = type === 'application/pdf';
  if (isPdf && !asText)
    return (
      <Suspense fallback={<p className="muted">{t.loading}</p>}>
        <button type="button" className="link" onClick={() => setAsText(true)}>
          {t.documents.text}
        </button>
        <PdfDocument id={attachment.id} page={place?.page ?? 1} quote={place?.quote} />
      </Suspense>
    );
  return (
    <>
      {isPdf && (
        <button type="button" className="link" onClick={() => setAsText(false)}>
          {t.documents.original}
        </button>
      )}
      {type.startsWith('image/') && <Picture id={attachment.id} name={filename} />}
      <ReadText attachment={attachment} place={place} />
    </>
  );
}

/** The extracted text, which citations refer to by character range. */
function ReadText({ attachment, place }: { attachment: Attachment; place?: Source['metadata'] }): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    attachmentText(attachment.id).then(setText, (error: unknown) =>
      setProblem(error instanceof HttpError && error.status === 409 ? t.documents.notRead : wordsOf(error)),
    );
  }, [attachment.id]);
  if (problem) return <p className="problem">{problem}</p>;
  if (text === null) return <p className="muted">{t.loading}</p>;
  const mark = markOf(text, place);
  if (/csv|spreadsheet|excel/.test(attachment.content_type)) return <TableDocument text={text} mark={mark} />;
  if (attachment.content_type === 'text/markdown') return <MarkdownDocument text={text} mark={mark} />;
  return <TextDocument text={text} mark={mark} />;
}

/** Characters from and to; null without a citation, or where it no longer fits the text. */
export type Mark = readonly [number, number] | null;

function markOf(text: string, place: Source['metadata'] | undefined): Mark {
  if (place?.start === undefined || place.end === undefined) return null;
  const { start, end, quote = '' } = place;
  const squeeze = (s: string) => s.replaceAll(/\s+/g, ' ').trim();
  if (!quote || squeeze(text.slice(start, end)).startsWith(squeeze(quote).slice(0, 40))) return [start, end];
  // The document has changed since: the quotation may be at another position.
  const at = text.indexOf(quote);
  return at < 0 ? null : [at, at + quote.length];
}

function Picture({ id, name }: { id: string; name: string }): ReactNode {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    const read = async () => {
      made = URL.createObjectURL(new Blob([await attachmentBytes(id)]));
      setUrl(made);
    };
    void read().catch(() => {});
    return () => {
      if (made) URL.revokeObjectURL(made);
    };
  }, [id]);
  return url && <img src={url} alt={name} />;
}
