import { latin } from "./unmask.ts";

/** What the frame around a transcript looks like, to a model that reads one: nobody types these to an agent. */
const frames: readonly RegExp[] = [
  // A turn of a system, an assistant, or of somebody else: at the beginning, or after a bracket or the like.
  /(?:^|[[\](<>{}#*"'/-])\s{0,3}(?:system|systeem|assistant|developer|agent|medewerker|user|human|customer|klant|instructi(?:e|on)s?|samenvatting|summary)(?: [a-z]{1,10}){0,3}[\])>}*#\s]{0,3}:(?!\s?\d{4,}(?:[.,;]|\s|$))/i,
  /^\W{0,5}(?:[/#>]\s{0,2})(?:system|systeem|admin|instructi)/i,
  /\[\s{0,3}\/?\s{0,3}(?:system|systeem|assistant|inst|sys)[\w ]{0,20}\s{0,3}\]/i,
  /\[\d{1,4}\]\s{0,3}(?:agent|customer|system|klant|medewerker)\b/i,
  /<\s{0,2}\||\|\s{0,2}>|<<\s{0,3}[/a-z]|<\s{0,3}>|#{3}|={5}|-{5}|`{3}|"{3}|'{3}/i,
  /-{3}\s{0,3}(?:end|einde|begin|start)/i,
  // The answer itself.
  /["']?(?:description|note|classification|category|subcategory|action_?items|resolved|sentiment)["']\s{0,3}:/i,
  /(?:^|[{,;.]\s{0,3})(?:classification|actionItems|sub-?categor(?:y|ie)|categor(?:y|ie)|resolved|sentiment)\s{0,3}[:=]/i,
];

/** None of the frames comes without one of these, or without a letter that may stand for one. */
const marks = /[:=[\]<>|{}#`"'/-]|[^\x20-\x7e]/;

const markup = /!\[|\]\s{0,3}\(\s{0,3}(?:https?:|www\.|data:|javascript:)/i;

/** The text imitates what stands around a transcript, or an answer: all that follows is meant to be read as that. */
export function opensFrame(text: string): boolean {
  if (!marks.test(text)) return false;
  const plain = latin(text);
  return frames.some((frame) => frame.test(plain));
}

/** A link or a picture as Markdown writes them, which a reader's program would fetch or hide. */
export function holdsMarkup(text: string): boolean {
  return marks.test(text) && markup.test(latin(text));
}
