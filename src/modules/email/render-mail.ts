import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta';
import { headerText } from './mail-address.ts';
import type { MailBrand, MailContent } from './mail-content.ts';

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/*
 * Why Eta: it is maintained, has no dependencies and escapes by default. handlebars brings four packages, mjml and
 * react-email dozens, the latter with React and a JSX build; and two layouts are all the templates there are, because
 * what a mail says is data (mail-content.ts). The layout has its styles inline, so no inliner is needed either.
 */

/** Also in plain text: control characters, and those that turn the direction of what follows. */
// oxlint-disable-next-line no-control-regex -- they are what is taken out
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Every value a layout prints passes its escape function: `<%~`, which would go round it, stands in none. */
const htmlLayout = loadLayout('layout.html.eta', (text) =>
  text.replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? ''),
);
const textLayout = loadLayout('layout.text.eta', (text) => text);

/** @throws EffectRefusedError when the subject holds characters that no header may. */
export function renderMail(content: MailContent, brand: MailBrand): RenderedMail {
  const data = { ...content, brand };
  return {
    subject: headerText(content.subject, 'subject'),
    html: htmlLayout(data),
    text: textLayout(data),
  };
}

function loadLayout(file: string, escape: (text: string) => string): (data: object) => string {
  const eta = new Eta({
    autoTrim: false,
    escapeFunction: (value) => escape(String(value).toWellFormed().replaceAll(UNPRINTABLE, ' ')),
  });
  const template = eta.compile(readFileSync(join(import.meta.dirname, file), 'utf8'));
  return (data) => eta.render(template, data).trim() + '\n';
}
