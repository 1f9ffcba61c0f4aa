import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFile, ParserTimeoutError, type ParseLimits } from '../../src/ingestion/parsers/parse-file.js';
import { UnreadableFileError } from '../../src/ingestion/parsers/parsed-document.js';
import * as make from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { ParsedFiles } from '../support/parsed-files.js';
import { scaled } from '../support/time-factor.mjs';

const files = new ParsedFiles();

afterAll(() => files.remove());

describe('a file that cannot be read', () => {
  it.each<[string, string, () => Buffer | string | Promise<Buffer>, string | RegExp]>([
    ['a PDF with a password', 'a.pdf', make.encryptedPdf, 'The PDF is protected by a password.'],
    [
      'half a PDF',
      'a.pdf',
      async () => make.truncated(await make.pdf(['Hi'])),
      'The file is damaged: its end is missing.',
    ],
    [
      'a PDF whose pages hold themselves',
      'a.pdf',
      () => make.loopingPdf('page-tree'),
      'page 1 cannot be read',
    ],
    ['a PDF whose changes go in circles', 'a.pdf', () => make.loopingPdf('trailer'), 'The PDF has no text'],
    ['a scan', 'a.pdf', make.scannedPdf, 'The PDF has no text: it seems to be a scan.'],
    [
      'half a Word document',
      'a.docx',
      async () => make.truncated(await make.docx(['Hi'])),
      'it cannot be unpacked',
    ],
    [
      'half a workbook',
      'a.xlsx',
      async () => make.truncated(make.xlsx({ A: [['Hi']] })),
      'it cannot be unpacked',
    ],
    [
      'half a presentation',
      'a.pptx',
      async () => make.truncated(await make.pptx([{ title: 'Hi' }])),
      'it cannot be unpacked',
    ],
    ['a zip bomb', 'a.docx', () => make.zipBomb(30), 'The file unpacks to more than 200 times its size.'],
    ['a zip bomb that lies', 'a.docx', () => make.lyingZipBomb(30), 'it cannot be unpacked'],
    ['an XML bomb', 'a.docx', make.xmlBomb, 'The file declares XML entities'],
    [
      '10,000 sheets',
      'a.xlsx',
      () => make.manySheets(10_000),
      'The workbook has 10000 sheets; at most 1000 are read.',
    ],
    ['nothing but spaces', 'a.md', () => ' \n\n ', 'The file holds no text.'],
    ['too much text', 'a.txt', () => 'word '.repeat(2_100_000), 'more than 10 million characters'],
  ])('ends in a sentence: %s', async (_, name, content, sentence) => {
    const reading = files.read(name, await content());
    await expect(reading).rejects.toThrow(UnreadableFileError);
    await expect(reading).rejects.toThrow(sentence);
    expect((await files.read('next.md', 'The next file.')).text).toBe('The next file.');
  });

  it.each<[string, () => Buffer | string, Partial<ParseLimits>, string]>([
    [
      'time',
      () => make.loopingPdf('drawing'),
      // By the clock it is given up before this test is.
      { cpuSeconds: 2, wallSeconds: scaled(30) },
      'Reading the file takes more than 2 seconds of computing.',
    ],
    ['memory of buffers', () => make.pdfBomb(300), { memoryMb: 64 }, 'takes more than 64 MB of memory'],
    [
      'memory of objects',
      () => `[${'[],'.repeat(3e6)}[]]`,
      { memoryMb: 64 },
      'takes more than 64 MB of memory',
    ],
  ])('ends in a sentence when it takes too much %s', async (_, content, limits, sentence) => {
    const reading = files.read(limits.cpuSeconds ? 'a.pdf' : 'a.json', content(), limits);
    await expect(reading).rejects.toThrow(UnreadableFileError);
    await expect(reading).rejects.toThrow(sentence);
  });

  it('is aborted, and retried later, when only the wall-clock limit is exceeded', async () => {
    // Opening a pipe that nobody writes to takes no computing.
    const pipe = join(files.directory, 'pipe.txt');
    execFileSync('mkfifo', [pipe]);
    const type = { mediaType: 'text/plain', name: 'pipe', isPicture: false };
    const limits = { memoryMb: 64, cpuSeconds: 40, wallSeconds: 1 };
    const reading = parseFile(pipe, type, limits, new AbortController().signal);
    await expect(reading).rejects.toThrow(ParserTimeoutError);
  });

  it('is given up when the caller does, and leaves no process behind', async () => {
    const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    const stop = new AbortController();
    const reading = files.read('a.pdf', make.loopingPdf('drawing'), {}, stop.signal);
    await eventually(async () => expect(processes()).toBe(1));
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await eventually(async () => expect(processes()).toBe(0));
    await expect(files.read('b.md', 'B', {}, AbortSignal.abort(new Error('before')))).rejects.toThrow(
      'before',
    );
  });

  it('ends with its process when its parent has died', async () => {
    const file = await files.save('loop.pdf', make.loopingPdf('drawing'));
    const script = fileURLToPath(new URL('../../dist/src/ingestion/parsers/parse-child.js', import.meta.url));
    const task = { file, mediaType: 'application/pdf', name: '', cpuSeconds: 60, wallSeconds: 1, ocr: null };
    const child = fork(script, [JSON.stringify(task)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });
});
