import { FILE_KINDS } from './file-kinds.js';

const isMail = (text: string) => FILE_KINDS.find(({ name }) => name === 'eml')!.begins!.test(text);

describe('a text that begins with names and values', () => {
  it.each([
    'Received: from mail.example.com\nby mx',
    'Subject: Rent\nMessage-ID: <1@example.com>\n',
    'From: a@example.com\nMIME-Version: 1.0\n',
    'Return-Path: <a@example.com>\n',
    'Delivered-To: a@example.com\n',
  ])('is mail where the values are those of mail: %j', (text) => expect(isMail(text)).toBe(true));

  it.each(['Order: 17\nReceived: 5 May\nPaid: yes\n', 'Delivered-To: reception desk\n', 'Message-ID: 17\n'])(
    'is a note where they are not: %j',
    (text) => expect(isMail(text)).toBe(false),
  );
});
