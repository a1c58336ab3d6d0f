/** Text from outside becomes harmless HTML. */
import { describe, expect, test } from 'vitest';
import { html } from '#local-github/pages/html.ts';
import { markdown } from '#local-github/pages/markdown.ts';

function rendered(text: string): string {
  return markdown(text, { repository: 'acme/ledger' }).markup;
}

/** Tags that a browser would make of the markup, with their attributes. */
function tags(markup: string): string[] {
  return [...markup.matchAll(/<[a-z!][^>]*>/gi)].map(([tag]) => tag);
}

const harmless =
  /^<(\/?(p|h[1-6]|ul|ol|li|strong|em|del|code|pre|blockquote|table|thead|tbody|tr|th|td|details|summary)|br|hr|div class="(markdown|scroll)"|input( checked="")? disabled="" type="checkbox"|a( class="reference")? href="(https?:\/\/|mailto:|\/)[^"<>]*"( rel="nofollow noopener noreferrer")?|span class="(added|removed)"|t[hd] align="\w+"|ol start="\d+")>$/;

const hostile = [
  '<script>alert(1)</script>',
  'text <script>alert(1)</script> text',
  '<<script>script>alert(1)<</script>/script>',
  'a <script>b <img src=x onerror=alert(1)> c < d <svg/onload=alert(1)>',
  '<img src=x onerror=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">press</a>',
  '<details ontoggle=alert(1) open><summary onclick=alert(1)>x</summary></details>',
  '[press](javascript:alert(1))',
  '[press](JaVaScRiPt:alert(1))',
  '[press](javascript&#58;alert(1))',
  '[press](&#106;avascript:alert(1))',
  '[press](java%0Ascript:alert(1))',
  '[press](\u0001javascript:alert(1))',
  '[press](data:text/html;base64,PHNjcmlwdD4=)',
  '[press](vbscript:msgbox)',
  '[press](file:///etc/passwd)',
  '[press](<http://a/"onmouseover="alert(1)>)',
  '[press](http://a "x\\" onmouseover=\\"alert(1)")',
  '[press][there]\n\n[there]: javascript:alert(1) "title"',
  '<javascript:alert(1)>',
  '![picture](http://evil.example/track.png)',
  '![x](x"onerror="alert(1))',
  '[![picture](http://evil.example/a.png)](javascript:alert(1))',
  '```"><script>alert(1)</script>\ncode\n```',
  '`<script>alert(1)</script>`',
  '| <img src=x onerror=alert(1)> | b |\n| --- | --- |\n| <script>1</script> | </td></tr></table> |',
  '</div></div></main><form action="//evil.example"><button>',
  '<!-- open <script>alert(1)</script>',
  '<style>body{display:none}</style>',
  '<base href="//evil.example">',
  '# <img src=x onerror=alert(1)>',
  '#1"><script>alert(1)</script>',
  '<x onclick="alert(1)" style="position:fixed">covering</x>',
];

test.each(hostile)('%j makes only harmless tags', (text) => {
  const markup = rendered(text);
  for (const tag of tags(markup)) expect(tag).toMatch(harmless);
  expect(markup).not.toMatch(/<[^>]*\son\w+=/i);
  // What could not become a tag must not stand there as half of one either.
  expect(markup.replace(/<\/?[a-z][^<>]*>/g, '')).not.toContain('<');
});

test('a text cannot close the box that it stands in', () => {
  expect(rendered('a</details></summary>\n\n<details><summary>more')).toMatch(
    /^<div class="markdown">.*<details><summary>more.*<\/summary><\/details><\/div>$/s,
  );
});

describe('what people write stays readable', () => {
  test('folded parts with a table inside', () => {
    const text = '<details>\n<summary>Why</summary>\n\n| a |\n| --- |\n| 1 |\n\n</details>';
    expect(rendered(text)).toContain('<details>\n<summary>Why</summary>');
    expect(rendered(text)).toContain('<td>1</td>');
  });

  test('text between tags that are dropped', () => {
    expect(rendered('<p align="center">Welcome</p>')).toContain('Welcome');
  });

  test('comments in HTML, which Apps use as marks, are not shown', () => {
    expect(rendered('Hello\n\n<!-- sluice:status run=7 -->')).toBe(
      '<div class="markdown"><p>Hello</p>\n</div>',
    );
  });

  test('#7 and commits lead to their pages, but not inside code, words or links', () => {
    const sha = 'a'.repeat(40);
    expect(rendered(`Fixes #7 in ${sha}`)).toContain(
      `Fixes <a class="reference" href="/acme/ledger/issues/7">#7</a> in <a class="reference" href="/acme/ledger/commit/${sha}">aaaaaaa</a>`,
    );
    expect(rendered('`#7` x#7 [see #7](https://a.example)')).not.toContain('reference');
  });

  test('links to files lead into the repository', () => {
    expect(rendered('[how](docs/how to.md?a=1&b=2#x)')).not.toContain('<a');
    expect(rendered('[how](docs/how.md?a=1&b=2#x)')).toContain(
      'href="/acme/ledger/blob/HEAD/docs/how.md?a=1&amp;b=2#x"',
    );
  });

  test('ampersands and quotes are said once', () => {
    expect(rendered('Ben & Cleo say "5 < 6" &amp; &copy;')).toContain(
      'Ben &amp; Cleo say &quot;5 &lt; 6&quot; &amp; &copy;',
    );
  });

  test('changes in a diff are marked', () => {
    expect(rendered('```diff\n+ a < b\n- c\n```')).toContain(
      '<span class="added">+ a &lt; b</span>\n<span class="removed">- c</span>',
    );
  });
});

test('the template escapes text and keeps markup', () => {
  const name = `"><img src=x onerror='alert(1)'>&`;
  expect(html`<a title="${name}">${[html`<b>${name}</b>`, null, false, 7]}</a>`.markup).toBe(
    '<a title="&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;"><b>&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;</b>7</a>',
  );
});
