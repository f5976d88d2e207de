"""The emoji that the client knows by name.

An entry is an emoji and its names: the one that is shown, other short names, words that find it.
Entries are parted by line ends and bars.
All are from Unicode 13 or older and two cells wide in every terminal; the red heart alone carries a
variation selector, which is left out where it is drawn.
"""

TABLE = """
👍 thumbsup +1 like yes agree good | 👎 thumbsdown -1 dislike no disagree bad
😀 grinning smile happy | 😃 smiley happy joy | 😄 smile happy laugh
😁 grin beaming teeth | 😆 laughing satisfied haha | 😅 sweat_smile phew relief
🤣 rofl rolling floor lol | 😂 joy tears lol laugh haha
🙂 slightly_smiling_face fine | 🙃 upside_down_face irony sarcasm | 😉 wink flirt
😊 blush pleased shy | 😇 innocent angel halo
🥰 smiling_face_with_three_hearts love adore | 😍 heart_eyes love crush
🤩 star_struck wow amazing | 😘 kissing_heart kiss | 😋 yum tasty delicious
😛 stuck_out_tongue playful | 😜 stuck_out_tongue_winking_eye joke
🤪 zany_face crazy goofy | 🤑 money_mouth_face rich | 🤗 hugs hugging_face
🤭 hand_over_mouth oops giggle | 🤫 shushing_face quiet secret
🤔 thinking think hmm | 🤐 zipper_mouth_face silence
🤨 raised_eyebrow doubt skeptic | 😐 neutral_face meh | 😑 expressionless blank
😶 no_mouth speechless | 😏 smirk smug | 😒 unamused | 🙄 roll_eyes eyeroll
😬 grimacing awkward | 🤥 lying_face pinocchio | 😌 relieved calm | 😔 pensive sad
😪 sleepy tired | 🤤 drooling_face | 😴 sleeping zzz asleep | 😷 mask ill sick
🤒 face_with_thermometer fever | 🤕 face_with_head_bandage hurt
🤢 nauseated_face disgust | 🤮 vomiting_face sick | 🤧 sneezing_face cold
🥵 hot_face heat | 🥶 cold_face freezing | 🥴 woozy_face dizzy
🤯 exploding_head mind_blown wow | 🤠 cowboy_hat_face
🥳 partying_face party celebrate birthday | 😎 sunglasses cool | 🤓 nerd_face geek
🧐 monocle_face inspect | 😕 confused | 😟 worried | 🙁 slightly_frowning_face
😮 open_mouth wow surprise | 😯 hushed | 😲 astonished shocked
😳 flushed embarrassed | 🥺 pleading_face please puppy | 😦 frowning_open
😧 anguished | 😨 fearful scared | 😰 cold_sweat anxious | 😥 disappointed_relieved
😢 cry sad tear | 😭 sob crying loudly | 😱 scream horror | 😖 confounded
😣 persevere | 😞 disappointed | 😓 sweat | 😩 weary | 😫 tired_face
🥱 yawning_face bored | 😤 triumph huff | 😡 rage angry mad pout | 😠 angry mad
🤬 cursing_face swear | 😈 smiling_imp devil | 👿 imp devil | 💀 skull dead
💩 poop hankey | 🤡 clown_face | 👹 japanese_ogre monster | 👻 ghost boo
👽 alien ufo | 👾 space_invader game | 🤖 robot bot | 😺 smiley_cat | 😸 smile_cat
😹 joy_cat | 😻 heart_eyes_cat | 🙈 see_no_evil monkey | 🙉 hear_no_evil monkey
🙊 speak_no_evil monkey | 👋 wave hello hi bye | 🤚 raised_back_of_hand
✋ raised_hand stop high_five | 🖖 vulcan_salute spock | 👌 ok_hand okay perfect
🤏 pinching_hand small | 🤞 crossed_fingers luck hope | 🤟 love_you_gesture
🤘 metal rock horns | 🤙 call_me_hand shaka | 👈 point_left | 👉 point_right
👆 point_up_2 this | 👇 point_down below | ✊ fist_raised power
👊 fist_oncoming punch bump | 🤛 fist_left | 🤜 fist_right | 👏 clap applause bravo
🙌 raised_hands hooray praise | 👐 open_hands | 🤲 palms_up_together
🤝 handshake deal agreement | 🙏 pray thanks please thank_you | 💅 nail_care
🤳 selfie | 💪 muscle strong flex | 🧠 brain smart | 👀 eyes look watching
👅 tongue | 👄 lips | 👶 baby | 🙋 raising_hand question | 🤦 facepalm
🤷 shrug dunno | 🙅 no_good | 🙆 ok_person | 🙇 bow sorry | 💁 tipping_hand info
🧑 person adult | 👨 man | 👩 woman | 🏃 runner running | 🚶 walking | 💃 dancer dance
🕺 man_dancing | 🧘 lotus_position meditate | 👥 busts_in_silhouette people team
❤️ heart love red | 🧡 orange_heart | 💛 yellow_heart | 💚 green_heart
💙 blue_heart | 💜 purple_heart | 🖤 black_heart | 🤍 white_heart | 🤎 brown_heart
💔 broken_heart | 💕 two_hearts | 💖 sparkling_heart | 💗 heartpulse | 💘 cupid
💝 gift_heart | 💋 kiss | 💯 100 hundred perfect | 💢 anger
💥 boom collision explosion | 💫 dizzy star | 💦 sweat_drops water
💨 dash wind fast | 💤 zzz sleep | 💬 speech_balloon comment chat
💭 thought_balloon | 🐶 dog puppy | 🐱 cat kitten | 🐭 mouse_face | 🐹 hamster
🐰 rabbit bunny | 🦊 fox_face | 🐻 bear | 🐼 panda_face | 🐨 koala | 🐯 tiger | 🦁 lion
🐮 cow | 🐷 pig | 🐸 frog | 🐵 monkey_face | 🐔 chicken | 🐧 penguin linux | 🐦 bird
🐤 baby_chick | 🦆 duck | 🦅 eagle | 🦉 owl | 🐺 wolf | 🐴 horse | 🦄 unicorn
🐝 bee honeybee | 🐛 bug | 🦋 butterfly | 🐌 snail slow | 🐞 lady_beetle | 🐜 ant
🐢 turtle slow | 🐍 snake python | 🐙 octopus | 🦀 crab rust | 🐠 tropical_fish
🐬 dolphin | 🐳 whale docker | 🦈 shark | 🐘 elephant | 🐑 sheep | 🐐 goat | 🦙 llama
🐓 rooster | 🐇 rabbit2 | 🦥 sloth | 🦔 hedgehog | 🐾 feet paw | 🌵 cactus
🎄 christmas_tree | 🌲 evergreen_tree | 🌳 deciduous_tree | 🌴 palm_tree
🌱 seedling plant | 🌿 herb | 🍀 four_leaf_clover luck | 🍁 maple_leaf
🍂 fallen_leaf autumn | 🍄 mushroom | 💐 bouquet flowers | 🌷 tulip | 🌹 rose
🌸 cherry_blossom | 🌻 sunflower | 🌞 sun_with_face | 🌙 crescent_moon night
🌍 earth_africa world | 🌎 earth_americas world | 🌏 earth_asia world
⭐ star favourite | 🌟 star2 glowing | ✨ sparkles shiny new | ⚡ zap lightning fast
🔥 fire lit hot | 🌈 rainbow | 🌊 ocean wave | ⛄ snowman_without_snow
☔ umbrella_with_rain rain | 🍏 green_apple | 🍎 apple | 🍊 tangerine orange
🍋 lemon | 🍌 banana | 🍉 watermelon | 🍇 grapes | 🍓 strawberry | 🍒 cherries
🍑 peach | 🥭 mango | 🍍 pineapple | 🥥 coconut | 🥝 kiwi_fruit | 🍅 tomato
🥑 avocado | 🌽 corn | 🥕 carrot | 🍞 bread | 🥐 croissant | 🧀 cheese | 🥚 egg
🍳 fried_egg cooking breakfast | 🥞 pancakes | 🥓 bacon | 🍔 hamburger burger
🍟 fries | 🍕 pizza | 🌭 hotdog | 🌮 taco | 🌯 burrito | 🥗 green_salad
🍝 spaghetti pasta | 🍜 ramen noodles | 🍣 sushi | 🍱 bento | 🍦 icecream
🍩 doughnut donut | 🍪 cookie | 🎂 birthday cake | 🍰 cake shortcake | 🧁 cupcake
🍫 chocolate_bar | 🍬 candy | 🍿 popcorn | 🍯 honey_pot | ☕ coffee tea break | 🍵 tea
🍺 beer | 🍻 beers cheers | 🥂 clinking_glasses cheers toast | 🍷 wine_glass
🍸 cocktail | 🍹 tropical_drink | 🍾 champagne celebrate | 🧉 mate
⚽ soccer football | 🏀 basketball | 🏈 american_football | 🎾 tennis | 🏐 volleyball
🎱 8ball | 🏓 ping_pong | 🥇 first_place gold winner | 🥈 second_place silver
🥉 third_place bronze | 🏆 trophy win | 🏅 medal_sports | 🎯 dart target bullseye
🎮 video_game | 🎲 game_die dice | 🎸 guitar | 🎹 musical_keyboard piano | 🎺 trumpet
🎧 headphones music | 🎤 microphone sing | 🎵 musical_note music | 🎶 notes music
🎨 art design paint | 🎬 clapper movie | 🎭 performing_arts
🎉 tada party hooray congratulations celebrate | 🎊 confetti_ball | 🎈 balloon
🎁 gift present | 🎀 ribbon | 🚗 car | 🚕 taxi | 🚌 bus | 🚑 ambulance | 🚒 fire_engine
🚲 bike bicycle | 🚂 steam_locomotive train | 🚀 rocket ship launch fast
🛸 flying_saucer ufo | 🚁 helicopter | ⛵ sailboat | ⚓ anchor | 🚧 construction wip
🚦 traffic_light | 🏠 house home | 🏢 office | 🏥 hospital | 🏰 castle
🗽 statue_of_liberty | 🌅 sunrise morning | 🌃 night_with_stars | 💻 computer laptop
📱 iphone phone mobile | 📞 telephone_receiver call | 💾 floppy_disk save | 💿 cd
📷 camera | 📹 video_camera | 📺 tv | 🔋 battery | 🔌 electric_plug
💡 bulb idea light | 🔦 flashlight | 💸 money_with_wings | 💰 moneybag money
💳 credit_card | 💎 gem ruby | 🔧 wrench fix tool | 🔨 hammer build | 🔩 nut_and_bolt
🧱 bricks | 🧲 magnet | 🔫 gun | 💣 bomb | 🔪 knife | 🔮 crystal_ball future
🔭 telescope | 🔬 microscope science | 💊 pill | 💉 syringe | 🧬 dna
🧪 test_tube test experiment | 🚪 door | 🛒 shopping_cart | 🧹 broom cleanup
🧻 roll_of_paper | 🔑 key | 🔒 lock private | 🔓 unlock | 🔔 bell notification
🔕 no_bell mute | 📣 mega announcement | 📢 loudspeaker announcement
📌 pushpin pin | 📍 round_pushpin location | 📎 paperclip attachment | 🔗 link url
📝 memo note write | 📄 page_facing_up document | 📁 file_folder
📂 open_file_folder | 📅 date calendar | 📈 chart_with_upwards_trend up growth
📉 chart_with_downwards_trend down | 📊 bar_chart statistics | 📋 clipboard
📚 books | 📖 book read | 📦 package ship release | 📧 email | 📨 incoming_envelope
📤 outbox_tray | 📥 inbox_tray | 🔍 mag search find | 🔎 mag_right search
⏰ alarm_clock | ⏳ hourglass_flowing_sand wait | ⌛ hourglass | ⌚ watch time
🚨 rotating_light alert emergency | 🏁 checkered_flag finish done
🚩 triangular_flag_on_post flag | ✅ white_check_mark check done yes approved
❌ x cross no wrong | ❎ negative_squared_cross_mark | ❓ question
❔ grey_question | ❗ exclamation important | ❕ grey_exclamation
➕ heavy_plus_sign plus add | ➖ heavy_minus_sign minus remove
⛔ no_entry stop forbidden | 🚫 no_entry_sign prohibited | 🆗 ok | 🆕 new
🆒 cool_button | 🆓 free | 🆘 sos help | 🔝 top | 🔜 soon | 🔙 back
🔄 arrows_counterclockwise refresh sync | 🔁 repeat
🔀 twisted_rightwards_arrows shuffle merge | 🔴 red_circle | 🟠 orange_circle
🟡 yellow_circle | 🟢 green_circle | 🔵 blue_circle | 🟣 purple_circle
⚫ black_circle | ⚪ white_circle | 🟥 red_square | 🟩 green_square | 🟦 blue_square
⬛ black_large_square | ⬜ white_large_square | 🔺 small_red_triangle up
🔻 small_red_triangle_down down
"""
