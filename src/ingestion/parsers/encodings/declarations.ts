/** How texts of one kind or another declare their encoding in their first lines. */
export const DECLARATIONS: readonly RegExp[] = [
  // XML, HTML, style sheets.
  /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']?([\w:.-]+)/i,
  /<meta[^>]{0,500}?charset\s*=\s*["']?([\w:.-]+)/i,
  /^\s*@charset\s+["']([\w:.-]+)["']/i,
  // Front matter of Markdown.
  /^(?:---|\+\+\+)[ \t]*\r?\n(?:(?!---|\+\+\+)[^\n]*\n){0,40}?(?:file-?)?(?:charset|encoding)[ \t]*[:=][ \t]*["']?([\w:.-]+)/i,
  // The first two lines of source code, as Python, Emacs and Vim read them.
  /^(?:[^\n]*\n)?[ \t]*(?:#|%|;|"|\/\/|\/\*|<!--|\.\\")[^\n]*?coding[:=][ \t]*([\w.-]+)/i,
  // LaTeX; mail, translations and saved pages; address cards.
  /\\usepackage\s*\[([\w-]+)\]\s*\{inputenc\}/,
  /^"?Content-Type:[^\n]{0,200}?charset\s*=\s*"?([\w:.-]+)/im,
  /^BEGIN:VCARD[^]{0,1500}?;CHARSET=([\w-]+)/i,
];
