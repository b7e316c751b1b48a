/** Where the person is: the address bar is the one truth; back and forward do what one expects. */
import { readRoute, type Route } from "./routes.ts"

const RESTORE_FRAMES_MAX = 30 // what is shown comes from the device a moment after the address changed

interface KeptState {
  scroll: number
}

class Router {
  #path = $state.raw(location.pathname)
  #query = $state.raw(location.search)
  readonly route: Route = $derived(readRoute(this.#path))
  readonly query: URLSearchParams = $derived(new URLSearchParams(this.#query))
  /** The first page that is shown takes no focus: nobody went there. */
  hasMoved = false

  get path(): string {
    return this.#path
  }

  /** Follow the browser, and the links of the program. Returns how to stop it. */
  start(): () => void {
    history.scrollRestoration = "manual"
    const follow = (event: PopStateEvent): void => {
      this.#take()
      restoreScroll((event.state as KeptState | null)?.scroll ?? 0)
    }
    const click = (event: MouseEvent): void => {
      const path = ownPathOf(event)
      if (path === undefined) return
      event.preventDefault()
      this.go(path)
    }
    addEventListener("popstate", follow)
    document.addEventListener("click", click)
    return () => {
      removeEventListener("popstate", follow)
      document.removeEventListener("click", click)
    }
  }

  /** Show another page. `replace`: going back does not come here again. */
  go(path: string, { replace = false }: { replace?: boolean } = {}): void {
    if (replace) history.replaceState(null, "", path)
    else {
      history.replaceState({ scroll: scrollY } satisfies KeptState, "")
      if (path !== location.pathname + location.search) history.pushState(null, "", path)
    }
    this.#take()
    if (!replace) scrollTo(0, 0)
  }

  /** Change the query of the page that is shown: a filter, words to find. No step back is made of it. */
  setQuery(query: URLSearchParams): void {
    const text = query.toString()
    history.replaceState(history.state, "", text ? `${location.pathname}?${text}` : location.pathname)
    this.#query = location.search
  }

  /** To where one came from; to `otherwise` where this page was opened by its address. */
  back(otherwise: string): void {
    if (this.hasMoved && history.length > 1) history.back()
    else this.go(otherwise, { replace: true })
  }

  #take(): void {
    this.hasMoved = true
    this.#path = location.pathname
    this.#query = location.search
  }
}

export const router = new Router()

/** The path of a plain click on a link of the program; undefined: the browser's own business. */
function ownPathOf(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined
  const link = (event.target as Element | null)?.closest("a[href]")
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return undefined
  if (link.origin !== location.origin || link.getAttribute("href")?.startsWith("#")) return undefined
  return link.pathname + link.search
}

function restoreScroll(top: number): void {
  let frames = 0
  const tryIt = (): void => {
    scrollTo(0, top)
    frames += 1
    if (Math.abs(scrollY - top) > 1 && frames < RESTORE_FRAMES_MAX) requestAnimationFrame(tryIt)
  }
  requestAnimationFrame(tryIt)
}
