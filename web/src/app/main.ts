/** Starts the client. */
import "../ui/theme.css"
import { mount } from "svelte"
import { App } from "./app-state.svelte.ts"
import CannotStart from "./CannotStart.svelte"
import Root from "./Root.svelte"

const target = document.querySelector("#app")

async function start(at: Element): Promise<void> {
  try {
    const app = await App.open()
    mount(Root, { target: at, props: { app } })
  } catch (failure) {
    // No database, no promise: better to say so than to let somebody type into nothing.
    mount(CannotStart, { target: at, props: { failure } })
  }
}

if (target) void start(target)
