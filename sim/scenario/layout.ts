/**
 * The canonical layout of a scenario's text: keys of the file in one order, two spaces, trailing comments in columns. Values stay
 * letter by letter what they were, and comments stay with what they stand beside. Knows YAML, and of scenarios only that order.
 */
import {
  Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** The keys of a file, in the order in which they are documented. */
export const KEY_ORDER = [
  ...['blackstart', 'name', 'title', 'question', 'run', 'use', 'world', 'feeds', 'machines', 'services', 'clients', 'plans'],
  ...['faults', 'expect', 'variants'],
]

/** Maps and lists in braces that need more columns than this are opened into lines. */
const WIDTH = 128
const INDENT = 2

/** Lays a valid YAML text out. The same text again gives itself. */
export function layOut(text: string): string {
  // Without a schema every scalar is a text, written as it was read: 01, 1e3 and yes stay what they are.
  const document = parseDocument(text, { schema: 'failsafe', keepSourceTokens: true, uniqueKeys: false })
  keepCommentsBesideKeys(document)
  if (isMap(document.contents)) order(document)
  if (document.contents !== null) open(document.contents, 0, 0)
  const plain = document.toString({ lineWidth: WIDTH, minContentWidth: 0, indent: INDENT, flowCollectionPadding: false })
  return alignComments(plain)
}

/** Known keys first and in order; the others, such as those that are misspelt, after them. What heads the file stays its head. */
function order(document: Document.Parsed): void {
  let hasAliases = false
  visit(document, {
    Alias: () => {
      hasAliases = true
      return visit.BREAK
    },
  })
  if (hasAliases) return // an anchor has to stand before what refers to it
  const { items } = document.contents as unknown as YAMLMap<Node, Node>
  const rank = ({ key }: Pair<Node, Node>): number => {
    const at = KEY_ORDER.indexOf(isScalar(key) ? String(key.value) : '')
    return at < 0 ? KEY_ORDER.length : at
  }
  const [first] = items
  items.sort((a, b) => rank(a) - rank(b))
  if (items.length === 0 || items[0] === first) return
  const [head] = items
  head.key.spaceBefore = false
  const comments = [first.key.commentBefore, head.key.commentBefore].filter(one => one != null)
  first.key.commentBefore = null
  if (comments.length > 0) head.key.commentBefore = comments.join('\n\n')
}

/** `lean:   # why`: the parser takes the comment for one that stands before what follows. It stays on its line. */
function keepCommentsBesideKeys(document: Document.Parsed): void {
  visit(document, {
    Pair: (_, { key, value, srcToken }) => {
      if (!isScalar(key) || !isCollection(value) || value.commentBefore == null) return
      const tokens = srcToken?.sep ?? []
      const comment = tokens.findIndex(({ type }) => type === 'comment')
      const newline = tokens.findIndex(({ type }) => type === 'newline')
      if (comment < 0 || (newline >= 0 && newline < comment)) return
      const [beside, ...before] = value.commentBefore.split('\n')
      key.comment = beside
      value.commentBefore = before.length > 0 ? before.join('\n') : null
    },
  })
}

/**
 * Opens what is in braces and does not fit into its line, from the outside inwards. `column` is where its entries would begin,
 * `start` where its brace stands.
 */
function open(node: Node, column: number, start: number): void {
  if (!isMap(node) && !isSeq(node)) return
  if (node.flow === true) {
    if (hasComments(node) || start + widthOf(node) <= WIDTH) return
    node.flow = false
  }
  for (const item of (node as YAMLMap<Node, Node> | YAMLSeq<Node>).items) {
    if (!isPair(item)) open(item as Node, column + INDENT, column + INDENT)
    else if (isCollection(item.value)) open(item.value, column + INDENT, column + keyWidth(item.key) + 2)
  }
}

function keyWidth(key: Node): number {
  return isScalar(key) ? String(key.source).length : WIDTH
}

function hasComments(node: Node): boolean {
  let found = false
  visit(node, {
    Node: (_, { comment, commentBefore }) => {
      found ||= comment != null || commentBefore != null
    },
  })
  return found
}

/** Columns that a node takes when it is written in one line. */
function widthOf(node: unknown): number {
  const alone = new Document(undefined, { schema: 'failsafe' })
  alone.contents = node as typeof alone.contents
  return alone.toString({ lineWidth: 0, flowCollectionPadding: false, verifyAliasOrder: false }).trimEnd().length
}

/** Comments beside values stand in columns, two spaces after the longest line of their group. */
function alignComments(text: string): string {
  const lines = text.split('\n')
  const starts = trailingComments(lines)
  const contentOf = (line: number): string => lines[line].slice(0, starts.get(line)).trimEnd()
  for (const group of commentGroups(lines, contentOf, line => starts.has(line))) {
    const column = Math.max(...group.map(line => contentOf(line).length)) + 2
    for (const line of group) lines[line] = contentOf(line).padEnd(column) + lines[line].slice(starts.get(line))
  }
  return lines.join('\n')
}

/** Which comments share a column: of lines that follow each other, and of keys of one map whose values stand below them. */
function commentGroups(
  lines: readonly string[],
  contentOf: (line: number) => string,
  hasComment: (line: number) => boolean,
): number[][] {
  const groups: number[][] = []
  const headings = new Map<number, number[]>() // by depth, of the maps that are open
  let neighbours: number[] = []
  for (const [line, text] of lines.entries()) {
    const depth = text.search(/\S/)
    if (depth < 0) continue
    for (const open of headings.keys()) if (open > depth) headings.delete(open)
    if (!hasComment(line)) continue
    const isHeading = contentOf(line).endsWith(':')
    const isNext = neighbours.at(-1) === line - 1 && lines[line - 1].search(/\S/) === depth
    const known = isHeading ? headings.get(depth) : isNext ? neighbours : undefined
    const group = known ?? []
    if (known === undefined) groups.push(group)
    group.push(line)
    if (isHeading) headings.set(depth, group)
    else neighbours = group
  }
  return groups
}

/** What the lexer puts among the tokens: here a document, an error, a text begins. */
const MARKS = ['\u0002', '\u0018', '\u001f']

/** In which column a comment begins, by line from 0; lines of nothing but comment are left out. */
function trailingComments(lines: readonly string[]): Map<number, number> {
  const found = new Map<number, number>()
  let line = 0
  let column = 0
  let isText = false
  for (const token of new Lexer().lex(lines.join('\n'))) {
    if (!MARKS.includes(token)) {
      if (!isText && token.startsWith('#') && lines[line].slice(0, column).trim() !== '') found.set(line, column)
      const parts = token.split('\n')
      line += parts.length - 1
      column = parts.length > 1 ? parts[parts.length - 1].length : column + token.length
    }
    isText = token === '\u001f'
  }
  return found
}
