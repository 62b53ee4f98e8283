/**
 * An element; what is given as text stays text.
 * @param {string} name
 * @param {Record<string, string | number | boolean | undefined | ((event: Event) => void)>} properties attributes, and listeners as functions
 * @param {...(Node | string | number | undefined)} children
 */
export function make(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/**
 * The same for a drawing.
 * @param {string} name
 * @param {Record<string, string | number | boolean | undefined>} properties
 * @param {...(Node | string | number | undefined)} children
 */
export function draw(name, properties = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), properties, children);
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {Record<string, string | number | boolean | undefined | ((event: Event) => void)>} properties
 * @param {readonly (Node | string | number | undefined)[]} children
 * @returns {T}
 */
function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child !== undefined) element.append(typeof child === "number" ? String(child) : child);
  }
  return element;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function place(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no place ${id}`);
  return found;
}

/** @typedef {{ readonly key: string, readonly text: string, readonly build: () => Element }} Keyed */

/**
 * Brings a list in order without touching what did not change, so that focus and reading stay where they are.
 * @param {HTMLElement} parent
 * @param {readonly Keyed[]} wanted `text` tells one state of an entry from another
 */
export function arrange(parent, wanted) {
  const present = new Map([...parent.children].map((child) => [child.getAttribute("data-key"), child]));
  const keys = new Set(wanted.map(({ key }) => key));
  for (const [key, child] of present) if (key === null || !keys.has(key)) child.remove();
  let before = parent.firstElementChild;
  for (const { key, text, build } of wanted) {
    const old = present.get(key);
    const entry = old?.getAttribute("data-text") === text ? old : rebuilt(old, key, text, build);
    if (entry === before) before = entry.nextElementSibling;
    else if (!entry.isConnected || entry.nextElementSibling !== before) parent.insertBefore(entry, before);
  }
}

/**
 * @param {Element | undefined} old
 * @param {string} key
 * @param {string} text
 * @param {() => Element} build
 */
function rebuilt(old, key, text, build) {
  const entry = build();
  entry.setAttribute("data-key", key);
  entry.setAttribute("data-text", text);
  if (!old) return entry;
  const held = old.contains(document.activeElement)
    ? document.activeElement?.getAttribute("data-focus")
    : null;
  for (const { name } of [...old.attributes]) if (!entry.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...entry.attributes]) old.setAttribute(name, value);
  old.replaceChildren(...entry.childNodes);
  if (held !== null && held !== undefined) {
    const again = [...old.querySelectorAll("[data-focus]")].find(
      (one) => one.getAttribute("data-focus") === held,
    );
    if (again instanceof HTMLElement) again.focus();
  }
  return old;
}
