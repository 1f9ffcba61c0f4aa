import iconv from 'iconv-lite';
import { decodeLegacy } from './legacy-encoding.js';

describe('text in an old encoding', () => {
  it.each<[string, string]>([
    ['windows-1252', '“Hi” €5'],
    ['windows-1252', 'café très à Paris'],
    ['windows-1252', 'Schöne Grüße'],
    ['windows-1252', 'Jörg;1.234,50;01234'],
    ['windows-1252', 'Größe: 5 m²'],
    ['windows-1252', 'El niño comió en el jardín'],
    ['windows-1252', 'Informação não disponível'],
    ['windows-1252', 'Smørrebrød på bordet'],
    ['windows-1252', 'Il caffè è già pronto perché'],
    ['windows-1252', 'It’s – well – “done”…'],
    ['windows-1252', '“Ok” £9'],
    ['windows-1252', 'It’s a fine day'],
    ['windows-1252', 'Prices – from €12 to €20'],
    ['windows-1252', 'Don’t pay more than £40…'],
    ['windows-1252', '© 2024 Ada & Sons – all rights'],
    ['windows-1252', 'Store at 5 °C ± 2'],
    ['windows-1252', '§ 5 Abs. 2'],
    ['windows-1252', 'Straße: Hauptstraße 5'],
    ['windows-1252', 'Wirtschaftsprüfer'],
    ['windows-1252', 'El niño llegó mañana'],
    ['macintosh', 'It’s “fine”'],
    ['shift_jis', '東京駅'],
    ['windows-1250', 'Łódź: koszt 120 zł'],
    ['windows-1250', 'Gdańsk i Toruń'],
    ['windows-1250', 'Příliš žluťoučký kůň'],
    ['windows-1250', 'Ár: őrült fűtés'],
    ['cp850', 'Schöne Grüße aus Köln'],
    ['gbk', '你好世界'],
    ['gbk', '系统使用说明'],
    ['gbk', '请在星期一之前提交报告'],
    ['shift_jis', '会議室予約'],
    ['shift_jis', 'サーバーの再起動'],
    ['euc-kr', '안녕하세요'],
    ['euc-kr', '서버를 재시작하려면 버튼을 누르세요'],
    ['big5', '你好世界'],
    ['euc-jp', '会議室を予約してください'],
    ['windows-1251', 'Привет'],
    ['windows-1251', 'Цена товара 500 рублей'],
    ['koi8-r', 'Привет мир'],
    ['windows-1253', 'Καλημέρα κόσμε'],
    ['windows-1255', 'שלום עולם'],
    ['windows-1256', 'مرحبا بالعالم'],
    ['windows-1254', 'Şişli İstanbul değil'],
  ])('%s: %s', (encoding, text) => {
    expect(decodeLegacy(iconv.encode(text, encoding))).toBe(text);
  });

  it.each<[string, Buffer]>([
    ['noise', Buffer.from(Array.from({ length: 300 }, (_, i) => (i * i * 31 + i * 7) % 256))],
    ['one sign that could be any', Buffer.from([0x61, 0x20, 0xd0])],
  ])('is left alone when it is unclear: %s', (_, bytes) => {
    expect(decodeLegacy(bytes)).toBeNull();
  });
});
