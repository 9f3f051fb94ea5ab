print("siaga")
