// PDF pages rendered by pdf.js, which is loaded with the first one. Fonts are those of the file and of the system.

import { getDocument, GlobalWorkerOptions, TextLayer, type PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { attachmentBytes } from '../client/api.js';
import { ROOT } from '../client/root.js';
import { Icon } from '../shell/icons.js';
import { wordsOf } from '../texts/words-of.js';
import { t } from '../texts/texts.js';
import { markQuote } from './mark-quote.js';

const worker = document.querySelector<HTMLMetaElement>('meta[name="pdf-worker"]')?.content ?? '';
GlobalWorkerOptions.workerSrc = new URL(worker, ROOT).href;

interface Props {
  id: string;
  page: number;
  quote?: string;
}

export default function PdfDocument({ id, page: first, quote }: Props): ReactNode {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [page, setPage] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const [isUnmarked, setUnmarked] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let opened: PDFDocumentProxy | null = null;
    let isLeft = false;
    const open = async () => {
      const data = await attachmentBytes(id);
      // No WebAssembly and no evaluated code: the page's security policy allows neither.
      opened = await getDocument({ data, useSystemFonts: true, useWasm: false, isEvalSupported: false })
        .promise;
      if (isLeft) await opened.cleanup();
      else setPdf(opened);
    };
    open().catch((error: unknown) => setProblem(wordsOf(error)));
    return () => {
      isLeft = true;
      void opened?.loadingTask.destroy();
    };
  }, [id]);

  useEffect(() => {
    let isLeft = false;
    const paint = async () => {
      if (!pdf || !canvas.current || !layer.current) return;
      const proxy = await pdf.getPage(page);
      const width = canvas.current.parentElement?.clientWidth ?? 480;
      const scale = width / proxy.getViewport({ scale: 1 }).width;
      const viewport = proxy.getViewport({ scale });
      const density = Math.min(2, devicePixelRatio);
      if (isLeft) return;
      canvas.current.width = viewport.width * density;
      canvas.current.height = viewport.height * density;
      await proxy.render({ canvas: canvas.current, viewport, transform: [density, 0, 0, density, 0, 0] })
        .promise;
      layer.current.replaceChildren();
      layer.current.style.setProperty('--total-scale-factor', String(scale));
      await new TextLayer({
        textContentSource: await proxy.getTextContent(),
        container: layer.current,
        viewport,
      }).render();
      if (isLeft || !quote || page !== first) return setUnmarked(false);
      const marked = markQuote(
        [...layer.current.querySelectorAll<HTMLElement>('span:not(.markedContent)')],
        quote,
      );
      setUnmarked(marked.length === 0);
      marked[0]?.scrollIntoView({ block: 'center' });
    };
    paint().catch((error: unknown) => {
      if (!isLeft) setProblem(wordsOf(error));
    });
    return () => {
      isLeft = true;
    };
  }, [pdf, page, first, quote]);

  if (problem) return <p className="problem">{problem}</p>;
  return (
    <>
      <div className="pdf-page">
        <canvas ref={canvas} aria-hidden="true" />
        <div ref={layer} className="textLayer" tabIndex={0} role="document" aria-label={t.documents.pane} />
      </div>
      {isUnmarked && <p className="muted">{t.documents.notMarked}</p>}
      {pdf && (
        <nav className="pager" aria-label={t.documents.pane}>
          <button
            type="button"
            className="square"
            aria-label={t.documents.previous}
            disabled={page <= 1}
            onClick={() => setPage(page - 1)}
          >
            <Icon name="left" />
          </button>
          <span>{t.documents.pdfPage(page, pdf.numPages)}</span>
          <button
            type="button"
            className="square"
            aria-label={t.documents.next}
            disabled={page >= pdf.numPages}
            onClick={() => setPage(page + 1)}
          >
            <Icon name="right" />
          </button>
        </nav>
      )}
    </>
  );
}
