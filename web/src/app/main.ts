/** Starts the client. */
import { mount } from "svelte"
import SignInScreen from "../screens/sign-in/SignInScreen.svelte"

const root = document.querySelector("#app")
if (root) mount(SignInScreen, { target: root })
